#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

#include "base/text_table.h"
#include "compare/comparison.h"
#include "stats/bootstrap.h"

namespace arcadeq {
namespace {

// Fit for the size of the scores: human-normalised ones are near 1.
std::string Number(double value, const Comparison& comparison) {
  return comparison.normalised ? fmt::format("{:.3f}", value) : fmt::format("{:.1f}", value);
}

std::string IntervalText(const Interval& interval, const Comparison& comparison) {
  return fmt::format("{} to {}", Number(interval.low, comparison),
                     Number(interval.high, comparison));
}

std::string Heading(const Comparison& comparison) {
  return fmt::format(
      "{}: {} scores; {}\n", fmt::join(comparison.games, ", "),
      comparison.normalised ? "human-normalised" : "raw",
      comparison.by_run
          ? "intervals are over runs"
          : "an agent has only one run in a game, so intervals are over games played and say "
            "nothing about other seeds");
}

std::string MeasuresTable(const Comparison& comparison) {
  TextTable table;
  table.Add({"agent", "runs", "games", "mean", "95 % interval", "IQM", "95 % interval", "human",
             "optimality gap", "95 % interval"});
  for (const AgentMeasures& agent : comparison.agents) {
    std::vector<std::string> row = {agent.name,
                                    fmt::format("{}", agent.runs),
                                    fmt::format("{}", agent.games),
                                    Number(agent.mean.value, comparison),
                                    IntervalText(agent.mean.interval, comparison),
                                    Number(agent.interquartile_mean.value, comparison),
                                    IntervalText(agent.interquartile_mean.interval, comparison)};
    row.push_back(agent.human_normalised ? fmt::format("{:.1f} %", 100 * *agent.human_normalised)
                                         : "-");
    if (const auto& gap = agent.optimality_gap) {
      row.push_back(fmt::format("{:.3f}", gap->value));
      row.push_back(fmt::format("{:.3f} to {:.3f}", gap->interval.low, gap->interval.high));
    } else {
      row.insert(row.end(), {"-", "-"});
    }
    table.Add(std::move(row));
  }
  return table.Text();
}

std::string Verdict(const Duel& duel, const Comparison& comparison) {
  const auto [first, second] =
      duel.difference.value >= 0 ? std::pair(comparison.agents[0].name, comparison.agents[1].name)
                                 : std::pair(comparison.agents[1].name, comparison.agents[0].name);
  if (duel.p_value < kSignificance && comparison.by_run) {
    return fmt::format("{} is better than {} (p = {:.4f})\n", first, second, duel.p_value);
  }
  if (duel.p_value < kSignificance) {
    return fmt::format("in these games {} is better than {} (p = {:.4f}); other seeds may differ\n",
                       first, second, duel.p_value);
  }
  std::string text = fmt::format("undecided (p = {:.2f})", duel.p_value);
  if (!comparison.by_run) return text + "; train more seeds of both\n";
  if (duel.runs_needed == 0) return text + ": the means are equal\n";
  const auto present = static_cast<std::int64_t>(comparison.fewest_runs);
  const std::int64_t needed = std::max(duel.runs_needed, present + 1);
  return text + fmt::format(
                    ": about {} runs of each{}, {} more, would show a difference of this "
                    "size\n",
                    needed, comparison.games.size() > 1 ? " in every game" : "", needed - present);
}

std::string DuelText(const Duel& duel, const Comparison& comparison) {
  const std::string& first = comparison.agents[0].name;
  const std::string& second = comparison.agents[1].name;
  const Interval& probability = duel.probability.interval;
  return fmt::format(
             "\n{} - {}: {} (95 % interval {})\n"
             "probability that {} of {} scores higher: {:.2f} (95 % interval {:.2f} to {:.2f})\n",
             first, second, Number(duel.difference.value, comparison),
             IntervalText(duel.difference.interval, comparison),
             comparison.by_run ? "a run" : "a game", first, duel.probability.value, probability.low,
             probability.high) +
         Verdict(duel, comparison);
}

}  // namespace

std::string ComparisonText(const Comparison& comparison) {
  return Heading(comparison) + MeasuresTable(comparison) +
         (comparison.duel ? DuelText(*comparison.duel, comparison) : "");
}

}  // namespace arcadeq
