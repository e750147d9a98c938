#include "train/pace.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include "config/config.h"
#include "record/event.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// A run that learns and acts by the network from its first steps, without evaluations, and ends
// only when it is stopped.
Config TimedRun(Config config) {
  config.agent.learning.starts = 0;
  config.agent.policy.epsilon_start = config.agent.policy.epsilon_end;
  config.train.schedule_steps = std::max<std::int64_t>(config.ScheduleSteps(), 1'000'000'000);
  config.train.steps = std::numeric_limits<std::int32_t>::max();
  config.train.frames = config.train.episodes = 0;
  config.record.progress_every_steps = config.train.envs;  // divides a window
  config.evaluation.every_steps = 0;
  return config;
}

}  // namespace

Pace MeasurePace(const Config& config, std::chrono::duration<double> warm_up,
                 std::chrono::duration<double> timed) {
  struct Mark {
    std::int64_t step, frame;
    Clock::time_point time;
  };
  Trainer trainer(TimedRun(config));
  const Clock::time_point began = Clock::now();
  std::optional<Mark> first;
  Pace pace;
  std::atomic<bool> stop{false};
  trainer.Run(
      nullptr, nullptr,
      [&](const Event& event) {
        const auto* progress = std::get_if<Progress>(&event);
        // A window's steps are reported in a burst after it has been learnt from.
        if (progress == nullptr || progress->step % trainer.WindowSteps() != 0) return;
        const Mark mark{progress->step, progress->frame, Clock::now()};
        if (!first) {
          if (mark.time - began >= warm_up) first = mark;
          return;
        }
        const double seconds = std::chrono::duration<double>(mark.time - first->time).count();
        pace = {static_cast<double>(mark.step - first->step) / seconds,
                static_cast<double>(mark.frame - first->frame) / seconds, progress->resident_bytes};
        stop = seconds >= timed.count();
      },
      stop);
  return pace;
}

std::int64_t StepsThatFit(const Config& config, double minutes) {
  constexpr std::chrono::seconds kWarmUp{2}, kTimed{8};
  const Pace pace = MeasurePace(config, kWarmUp, kTimed);
  return std::max<std::int64_t>(std::llround(pace.steps_per_second * 60 * minutes), 1);
}

}  // namespace arcadeq
