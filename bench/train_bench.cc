// Whole training runs on Space Invaders with a preset's settings: steps per second while learning
// and milliseconds per update, as reported by the run (medians over intervals of 50 steps).

#include <atomic>
#include <string>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>

#include "median.h"
#include "record/event.h"
#include "train/config.h"
#include "train/preset.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

void Train(benchmark::State& state, const std::string& preset) {
  Config config = LoadPreset(preset);
  config.agent.learning.starts = 500;
  config.train.steps = 1500;
  config.train.episodes = 0;
  config.train.threads = state.range(0);
  config.agent.replay.capacity = 2000;
  config.agent.policy.epsilon_decay_steps = 1;  // acts greedily from the first update on
  config.record.progress_every_steps = 50;
  config.record.gif_every_episodes = 0;
  std::vector<double> steps_per_second, update_milliseconds;
  for (auto _ : state) {
    Trainer trainer(config);
    const std::atomic<bool> stop{false};
    trainer.Run(
        nullptr, nullptr,
        [&](const Event& event) {
          const auto* progress = std::get_if<Progress>(&event);
          if (progress == nullptr || progress->step <= config.agent.learning.starts + 50) return;
          steps_per_second.push_back(progress->steps_per_second);
          update_milliseconds.push_back(progress->update_milliseconds);
        },
        stop);
  }
  state.counters["steps/s"] = Median(steps_per_second);
  state.counters["ms/update"] = Median(update_milliseconds);
}

#define ARCADEQ_TRAIN(preset)               \
  BENCHMARK_CAPTURE(Train, preset, #preset) \
      ->Arg(1)                              \
      ->Arg(2)                              \
      ->ArgName("threads")                  \
      ->Unit(benchmark::kSecond)            \
      ->UseRealTime()                       \
      ->Iterations(1)
ARCADEQ_TRAIN(tutorial);
ARCADEQ_TRAIN(nature);

}  // namespace
}  // namespace arcadeq

BENCHMARK_MAIN();
