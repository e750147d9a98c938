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
                                    fmt::format("{}", agent.runs.size()),
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

std::string Decided(const Duel& duel, const Comparison& comparison) {
  const bool first_is_better = duel.verdict == Verdict::kBetter;
  const std::string& better = comparison.agents[first_is_better ? 0 : 1].name;
  const std::string& worse = comparison.agents[first_is_better ? 1 : 0].name;
  return fmt::format("{}{} is better than {} (p = {:.4f}){}\n",
                     comparison.by_run ? "" : "in these games ", better, worse, duel.p_value,
                     comparison.by_run ? "" : "; other seeds may differ");
}

std::string Undecided(const Duel& duel, const Comparison& comparison) {
  const std::string text = fmt::format("undecided (p = {:.2f})", duel.p_value);
  if (!comparison.by_run) return text + "; train more seeds of both\n";
  if (!duel.runs_needed) return text + ": the means are equal\n";
  return text + fmt::format(
                    ": about {} runs of each{}, {} more, would show a difference of this "
                    "size\n",
                    *duel.runs_needed, comparison.games.size() > 1 ? " in every game" : "",
                    *duel.runs_needed - comparison.fewest_runs);
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
         (duel.verdict == Verdict::kUndecided ? Undecided(duel, comparison)
                                              : Decided(duel, comparison));
}

}  // namespace

std::string ComparisonText(const Comparison& comparison) {
  return Heading(comparison) + MeasuresTable(comparison) +
         (comparison.duel ? DuelText(*comparison.duel, comparison) : "");
}

}  // namespace arcadeq
