#include "machine/tune_report.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "base/text_table.h"
#include "machine/tune_grid.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

// Medians of settings that differ by less than this say little if one measurement differs so much
// from the next.
constexpr double kMuchNoise = 0.15;
constexpr std::size_t kMostShown = 3;

double MedianOf(const TuneResult& result) {
  return Summarize(result.steps_per_second).median;
}

std::string Count(double value) {
  return FormatCount(std::llround(value));
}

bool LearnsTheSame(const SpeedSettings& a, const SpeedSettings& b) {
  return a.envs == b.envs && a.batch_size == b.batch_size;
}

// As options of `train`: what of `settings` is not as in `base`, threads aside.
std::string Difference(const SpeedSettings& settings, const SpeedSettings& base) {
  std::string options;
  if (settings.envs != base.envs) options += fmt::format(" --set train.envs={}", settings.envs);
  if (settings.batch_size != base.batch_size) {
    options += fmt::format(" --set train.batch_size={}", settings.batch_size);
  }
  return options;
}

std::string TableOf(std::string_view preset, std::span<const TuneResult> results) {
  const double reference = MedianOf(results.front());
  TextTable table;
  table.Add({"", "threads", "envs", "batch_size", "steps/s", "least - most", "of the preset's"});
  for (const TuneResult& result : results) {
    std::vector<std::string> row{&result == &results.front() ? std::string(preset) : "",
                                 FormatCount(result.settings.threads),
                                 FormatCount(result.settings.envs),
                                 FormatCount(result.settings.batch_size)};
    if (result.problem.empty()) {
      const ScoreSummary speed = Summarize(result.steps_per_second);
      row.push_back(Count(speed.median));
      row.push_back(fmt::format("{} - {}", Count(speed.min), Count(speed.max)));
      row.push_back(fmt::format("{:.0f} %", 100 * speed.median / reference));
    } else {
      row.push_back("does not run");
    }
    table.Add(row);
  }
  return table.Text();
}

std::string Noise(std::span<const TuneResult> results) {
  const ScoreSummary speed = Summarize(results.front().steps_per_second);
  if (results.front().steps_per_second.size() < 2) {
    return "One measurement each: nothing can be recommended. Give it more --seconds.\n";
  }
  const double noise = speed.max / speed.min - 1;
  if (noise < kMuchNoise) return "";
  return fmt::format(
      "The preset's own measurements differ by {:.0f} %: end other programs, or give it more "
      "--seconds.\n",
      100 * noise);
}

std::string ThreadAdvice(std::span<const TuneResult> results) {
  const TuneResult& own = results.front();
  const TuneResult& best = BestThreads(results);
  std::string text = "\nSettings to use\n";
  if (&best == &own) {
    text += fmt::format(
        "  those of the preset: no other number of threads is clearly faster than the {} that it "
        "takes here\n",
        own.settings.threads);
  } else {
    text += fmt::format(
        "  --set train.threads={}\n"
        "  because it makes {} steps/s, and the {} of the preset {}; it was faster every time\n",
        best.settings.threads, Count(MedianOf(best)), own.settings.threads, Count(MedianOf(own)));
  }
  return text + "  train.threads changes the speed only: a seed gives the same run, bit for bit.\n";
}

std::string LearningAdvice(std::span<const TuneResult> results) {
  const TuneResult& base = BestThreads(results);
  std::vector<const TuneResult*> faster;
  for (const TuneResult& result : results) {
    if (result.settings.threads == base.settings.threads &&
        !LearnsTheSame(result.settings, base.settings) && ClearlyFaster(result, base)) {
      faster.push_back(&result);
    }
  }
  std::ranges::sort(faster, std::ranges::greater(), [](auto* result) { return MedianOf(*result); });
  if (faster.size() > kMostShown) faster.resize(kMostShown);

  std::string text = "\nFaster, but learning changes\n";
  if (faster.empty()) {
    return text + "  none: no other number of environments or minibatch is clearly faster\n";
  }
  for (const TuneResult* result : faster) {
    text += fmt::format("  {:+.0f} % {}\n", 100 * (MedianOf(*result) / MedianOf(base) - 1),
                        Difference(result->settings, base.settings));
  }
  text += fmt::format(
      "  These change what is learnt: how many steps are played with the same weights, and how "
      "many\n"
      "  updates they are worth. The scores in the documentation belong to the preset's {} and "
      "{}.\n"
      "  Let `sweep` compare scores before you use others.\n",
      base.settings.envs, base.settings.batch_size);
  return text;
}

}  // namespace

bool ClearlyFaster(const TuneResult& faster, const TuneResult& slower) {
  if (faster.steps_per_second.size() < 2 || slower.steps_per_second.size() < 2) return false;
  return std::ranges::min(faster.steps_per_second) > std::ranges::max(slower.steps_per_second);
}

const TuneResult& BestThreads(std::span<const TuneResult> results) {
  const TuneResult* best = &results.front();
  for (const TuneResult& result : results) {
    if (LearnsTheSame(result.settings, results.front().settings) &&
        ClearlyFaster(result, results.front()) && MedianOf(result) > MedianOf(*best)) {
      best = &result;
    }
  }
  return *best;
}

std::string TuneText(std::string_view preset, std::span<const TuneResult> results) {
  std::string text = TableOf(preset, results) + Noise(results);
  for (const TuneResult& result : results) {
    if (result.problem.empty()) continue;
    text += fmt::format("train.envs={} train.batch_size={}: {}\n", result.settings.envs,
                        result.settings.batch_size, result.problem);
  }
  return text + ThreadAdvice(results) + LearningAdvice(results);
}

}  // namespace arcadeq
