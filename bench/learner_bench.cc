// A whole update (three forward passes, backward, optimiser, target network) of each preset's
// network, on one thread and on two, from a replay of random frames.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "agent/learner.h"
#include "replay/replay.h"
#include "train/preset.h"

namespace arcadeq {
namespace {

void Update(benchmark::State& state, const std::string& preset) {
  constexpr int kFrames = 4000, kActions = 6;
  const Config config = LoadPreset(preset);
  const FrameFormat frame = config.env.observation == "84x84"
                                ? FrameFormat{ElementType::kUint8, 84, 84}
                                : FrameFormat{ElementType::kUint8, 105, 80};
  const int stack = static_cast<int>(config.env.stack);
  const int batch_size = static_cast<int>(config.train.batch_size);
  ThreadPool pool(static_cast<int>(state.range(0)));
  RandomStream random(1, "bench");
  const QNetwork network(config.network, frame, stack, kActions);
  Learner learner(config.agent, config.optimizer, network, batch_size, pool, random);

  Replay replay(frame, stack, {.capacity = kFrames}, 1);
  std::vector<std::uint8_t> pixels(frame.bytes());
  for (int i = 0; i < kFrames; ++i) {
    for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(random.Below(256));
    if (i == 0) {
      replay.BeginEpisode(0, pixels);
    } else {
      replay.Append(0, static_cast<int>(random.Below(kActions)), 0.0f, {}, pixels);
    }
  }
  Batch batch(batch_size);
  for (auto _ : state) {
    replay.Sample(random, pool, batch);
    benchmark::DoNotOptimize(learner.Update(batch));
  }
}

#define ARCADEQ_UPDATE(preset)               \
  BENCHMARK_CAPTURE(Update, preset, #preset) \
      ->Arg(1)                               \
      ->Arg(2)                               \
      ->ArgName("threads")                   \
      ->Unit(benchmark::kMillisecond)        \
      ->UseRealTime()
ARCADEQ_UPDATE(tutorial);
ARCADEQ_UPDATE(nature);
ARCADEQ_UPDATE(dopamine);

}  // namespace
}  // namespace arcadeq

BENCHMARK_MAIN();
