// Whole training runs on Space Invaders with a preset's settings: steps per second while learning
// and milliseconds per update, as reported by the run (medians over intervals of 50 steps, or of
// some updates where these are rarer). The instruction set is that of the network's kernels.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <benchmark/benchmark.h>

#include "config/config.h"
#include "config/preset.h"
#include "median.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "record/event.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

void Train(benchmark::State& state, const std::string& preset, const std::string& instructions) {
  Config config = LoadPreset(preset);
  config.agent.network.instruction_set = instructions;
  const std::int64_t interval =
      std::max<std::int64_t>(50, 10 * config.agent.learning.update_period);
  config.agent.learning.starts = 10 * interval;
  config.train.steps = 30 * interval;
  config.train.episodes = 0;
  config.train.threads = state.range(0);
  config.agent.replay.capacity = 40 * interval;
  config.agent.policy.epsilon_decay_share = 0;
  config.agent.policy.epsilon_decay_steps = 1;  // acts greedily from the first update on
  config.record.progress_every_steps = interval;
  config.record.gif_every_episodes = 0;
  std::vector<double> steps_per_second, update_milliseconds;
  for (auto _ : state) {
    Trainer trainer(config);
    const std::atomic<bool> stop{false};
    trainer.Run(
        nullptr, nullptr,
        [&](const Event& event) {
          const auto* progress = std::get_if<Progress>(&event);
          if (progress == nullptr || progress->step <= config.agent.learning.starts + interval) {
            return;
          }
          steps_per_second.push_back(progress->steps_per_second);
          update_milliseconds.push_back(progress->update_milliseconds);
        },
        stop);
  }
  state.counters["steps/s"] = Median(steps_per_second);
  state.counters["ms/update"] = Median(update_milliseconds);
}

void Register(const std::string& preset, const std::string& name, const std::string& instructions) {
  benchmark::RegisterBenchmark(("Train/" + name).c_str(),
                               [=](benchmark::State& state) { Train(state, preset, instructions); })
      ->Arg(1)
      ->Arg(2)
      ->ArgName("threads")
      ->Unit(benchmark::kSecond)
      ->UseRealTime()
      ->Iterations(1);
}

void RegisterAll() {
  for (const std::string preset : {"tutorial", "nature"}) Register(preset, preset, "");
  for (const std::string& instructions : kernels::InstructionSets()) {
    if (instructions == kernels::kReferenceName) break;
    if (!kernels::HasFusedMultiplyAdd(instructions)) continue;  // too slow to be of interest
    Register("laptop", "laptop/" + instructions, instructions);
  }
}

}  // namespace
}  // namespace arcadeq

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  arcadeq::RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
}
