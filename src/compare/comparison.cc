#include "compare/comparison.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "base/error.h"
#include "compare/compared_agent.h"
#include "stats/aggregate.h"
#include "stats/published_scores.h"
#include "stats/score_summary.h"
#include "stats/significance.h"

namespace arcadeq {
namespace {

constexpr double kSignificance = 0.05;

std::set<std::string> GamesOf(const ComparedAgent& agent) {
  std::set<std::string> games;
  for (const ComparedRun& run : agent.runs) games.insert(run.game);
  return games;
}

std::vector<std::string> CommonGames(const std::vector<ComparedAgent>& agents) {
  const std::set<std::string> games = GamesOf(agents.front());
  for (const ComparedAgent& agent : agents) {
    if (GamesOf(agent) == games) continue;
    ThrowUserError(
        "{} played {}, but {} played {}: only agents with the same games can be compared",
        agents.front().name, fmt::join(games, ", "), agent.name, fmt::join(GamesOf(agent), ", "));
  }
  return {games.begin(), games.end()};
}

std::vector<const ComparedRun*> RunsIn(const std::string& game, const ComparedAgent& agent) {
  std::vector<const ComparedRun*> runs;
  for (const ComparedRun& run : agent.runs) {
    if (run.game == game) runs.push_back(&run);
  }
  return runs;
}

// Of an agent in a game.
std::int64_t FewestRuns(const std::vector<ComparedAgent>& agents,
                        const std::vector<std::string>& games) {
  std::int64_t fewest = std::ssize(agents.front().runs);
  for (const ComparedAgent& agent : agents) {
    for (const std::string& game : games)
      fewest = std::min(fewest, std::ssize(RunsIn(game, agent)));
  }
  return fewest;
}

// The values of an agent as a Comparison defines them, but raw.
GameScores ValuesOf(const ComparedAgent& agent, const std::vector<std::string>& games,
                    bool by_run) {
  GameScores values;
  for (const std::string& game : games) {
    std::vector<double>& added = values.emplace_back();
    for (const ComparedRun* run : RunsIn(game, agent)) {
      if (by_run) {
        added.push_back(MeanOf(run->scores));
      } else {
        added.insert(added.end(), run->scores.begin(), run->scores.end());
      }
    }
  }
  return values;
}

bool HaveHumanScores(const std::vector<std::string>& games) {
  return std::ranges::all_of(games,
                             [](const auto& game) { return FindHumanScore(game) != nullptr; });
}

GameScores Normalised(GameScores values, const std::vector<std::string>& games) {
  for (std::size_t game = 0; game < games.size(); ++game) {
    for (double& value : values[game]) value = FindHumanScore(games[game])->Normalise(value);
  }
  return values;
}

AgentMeasures Measured(const ComparedAgent& agent, const Comparison& comparison,
                       const GameScores& values) {
  const auto measure = [](const GameScores& scores, const auto& statistic) {
    return Measure{statistic(scores), BootstrapInterval(scores, statistic)};
  };
  AgentMeasures measures;
  measures.name = agent.name;
  measures.runs = agent.runs;
  for (const ComparedRun& run : agent.runs) measures.games += run.scores.size();
  measures.mean = measure(values, MeanOverGames);
  measures.interquartile_mean = measure(values, InterquartileMean);
  if (HaveHumanScores(comparison.games)) {
    const GameScores normalised =
        comparison.normalised ? values : Normalised(values, comparison.games);
    measures.human_normalised = MeanOverGames(normalised);
    measures.optimality_gap =
        measure(normalised, [](const GameScores& scores) { return OptimalityGap(scores); });
  }
  return measures;
}

Verdict VerdictOf(const Duel& duel) {
  if (duel.p_value >= kSignificance) return Verdict::kUndecided;
  return duel.difference.value >= 0 ? Verdict::kBetter : Verdict::kWorse;
}

Duel Fight(const GameScores& x, const GameScores& y, const Comparison& comparison) {
  const auto difference = [](const GameScores& a, const GameScores& b) {
    return MeanOverGames(a) - MeanOverGames(b);
  };
  Duel duel;
  duel.difference = {difference(x, y), BootstrapInterval(x, y, difference)};
  duel.probability = {ProbabilityOfImprovement(x, y),
                      BootstrapInterval(x, y, ProbabilityOfImprovement)};
  duel.p_value = PermutationTest(x, y);
  duel.verdict = VerdictOf(duel);
  const std::int64_t needed = RunsNeeded(x, y);
  if (duel.verdict == Verdict::kUndecided && comparison.by_run && needed > 0) {
    duel.runs_needed = std::max(needed, comparison.fewest_runs + 1);
  }
  return duel;
}

void WarnOfDifferentTerms(const std::vector<ComparedAgent>& agents,
                          std::vector<std::string>& warnings) {
  std::map<std::string, std::string> examples;  // by terms
  for (const ComparedAgent& agent : agents) {
    for (const ComparedRun& run : agent.runs) examples.emplace(run.terms, run.name);
  }
  if (examples.size() < 2) return;
  std::vector<std::string> parts;
  parts.reserve(examples.size());
  for (const auto& [terms, name] : examples) parts.push_back(fmt::format("{}: {}", name, terms));
  warnings.push_back(
      fmt::format("the scores were not made on the same terms ({})", fmt::join(parts, "; ")));
}

}  // namespace

Comparison Compare(const std::vector<ComparedAgent>& agents) {
  if (agents.size() < 2) ThrowUserError("expected two agents or more to compare");
  Comparison comparison;
  comparison.games = CommonGames(agents);
  comparison.normalised = comparison.games.size() > 1;
  if (comparison.normalised && !HaveHumanScores(comparison.games)) {
    ThrowUserError("several games can be compared only if human scores of each are published: {}",
                   fmt::join(comparison.games, ", "));
  }
  comparison.fewest_runs = FewestRuns(agents, comparison.games);
  comparison.by_run = comparison.fewest_runs >= 2;
  WarnOfDifferentTerms(agents, comparison.warnings);
  std::vector<GameScores> values;
  for (const ComparedAgent& agent : agents) {
    GameScores raw = ValuesOf(agent, comparison.games, comparison.by_run);
    values.push_back(comparison.normalised ? Normalised(std::move(raw), comparison.games)
                                           : std::move(raw));
    comparison.agents.push_back(Measured(agent, comparison, values.back()));
  }
  if (agents.size() == 2) comparison.duel = Fight(values[0], values[1], comparison);
  return comparison;
}

}  // namespace arcadeq
