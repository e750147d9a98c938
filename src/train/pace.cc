#include "train/pace.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <variant>

#include "record/event.h"
#include "train/config.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::duration<double> kWarmUp(2), kTimed(8);

// A run that learns and acts by the network from its first steps, and ends only when it is stopped.
Config TimedRun(Config config) {
  config.agent.learning.starts = 0;
  config.agent.policy.epsilon_start = config.agent.policy.epsilon_end;
  config.train.schedule_steps = std::max<std::int64_t>(config.ScheduleSteps(), 1'000'000'000);
  config.train.steps = std::numeric_limits<std::int32_t>::max();
  config.train.frames = config.train.episodes = 0;
  config.record.progress_every_steps = 1;
  return config;
}

}  // namespace

std::int64_t StepsThatFit(const Config& config, double minutes) {
  struct Mark {
    std::int64_t step;
    Clock::time_point time;
  };
  Trainer trainer(TimedRun(config));
  const Clock::time_point began = Clock::now();
  // A window's steps are reported in a burst after it has been learnt from: the burst's last
  // Progress marks the window's end.
  Mark first{0, began}, last = first;
  std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr,
      [&](const Event& event) {
        const auto* progress = std::get_if<Progress>(&event);
        if (progress == nullptr) return;
        last = {progress->step, Clock::now()};
        if (last.time - began < kWarmUp) first = last;
        stop = last.time - first.time >= kTimed;
      },
      stop);
  const double seconds = std::chrono::duration<double>(last.time - first.time).count();
  const double steps_per_second = static_cast<double>(last.step - first.step) / seconds;
  return std::max<std::int64_t>(std::llround(steps_per_second * 60 * minutes), 1);
}

}  // namespace arcadeq
