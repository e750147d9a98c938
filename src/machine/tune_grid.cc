#include "machine/tune_grid.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "config/config.h"

namespace arcadeq {
namespace {

using Seconds = std::chrono::duration<double>;

// Fewer rounds show no spread.
constexpr double kWantedRounds = 3;
// The rest goes into setting up, the first window, and completing the last one.
constexpr double kTimedShare = 0.5;
constexpr Seconds kLeastTimed{0.1}, kMostTimed{2.0};

Config With(Config config, const SpeedSettings& settings) {
  config.train.threads = settings.threads;
  config.train.envs = settings.envs;
  config.agent.learning.batch_size = settings.batch_size;
  return config;
}

}  // namespace

SpeedSettings SpeedSettingsOf(const Config& config) {
  return {config.train.ThreadCount(), config.train.envs, config.agent.learning.batch_size};
}

std::vector<SpeedSettings> TuneGrid(const Config& config, int processors) {
  const SpeedSettings own = SpeedSettingsOf(config);
  const std::int64_t all = std::min(processors, TrainConfig::kUsefulThreads);
  const std::int64_t envs = own.envs, batch_size = own.batch_size;
  std::vector<SpeedSettings> grid;
  const auto add = [&grid](const SpeedSettings& settings) {
    if (settings.envs >= 1 && settings.envs <= TrainConfig::kMostEnvs && settings.batch_size >= 1 &&
        settings.batch_size <= decltype(config.agent.learning)::kLargestBatch &&
        std::ranges::find(grid, settings) == grid.end()) {
      grid.push_back(settings);
    }
  };
  const auto threads = {own.threads, all, (all + 1) / 2, std::int64_t{1}};
  for (const std::int64_t count : threads) add({count, envs, batch_size});
  for (const std::int64_t count : threads) {
    add({count, 2 * envs, batch_size});
    add({count, envs, 2 * batch_size});
    add({count, 2 * envs, 2 * batch_size});
    add({count, envs / 2, batch_size});
    add({count, envs, batch_size / 2});
  }
  return grid;
}

std::vector<TuneResult> MeasureGrid(const Config& config, std::span<const SpeedSettings> grid,
                                    Seconds time, const MeasureSpeed& measure, const Now& now) {
  std::vector<TuneResult> results;
  for (const SpeedSettings& settings : grid) results.push_back({settings, {}, ""});
  const Seconds timed =
      std::clamp(kTimedShare * time / (kWantedRounds * static_cast<double>(grid.size())),
                 kLeastTimed, kMostTimed);
  const auto measure_all = [&](std::span<TuneResult> turn) {
    for (TuneResult& result : turn) {
      if (!result.problem.empty()) continue;
      try {
        result.steps_per_second.push_back(measure(With(config, result.settings), timed));
      } catch (const UserError& error) {
        if (&result == &results.front()) throw;
        result.problem = error.what();
      }
    }
  };

  const Seconds began = now();
  measure_all(std::span(results).first(1));
  const double fit = time / (kWantedRounds * std::max(now() - began, kLeastTimed));
  if (fit < static_cast<double>(results.size())) {
    results.resize(std::min(results.size(), static_cast<std::size_t>(std::max(fit, 2.0))));
  }
  measure_all(std::span(results).subspan(1));
  Seconds round_began = began, round_ended = now();
  while (round_ended + (round_ended - round_began) - began <= time) {
    round_began = round_ended;
    measure_all(results);
    round_ended = now();
  }
  return results;
}

}  // namespace arcadeq
