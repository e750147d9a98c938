// The replay's part of a step: drawing a batch of 32, and storing a frame. Drawing makes views and
// reads no pixels, so small frames show its cost at any capacity.

#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "replay/replay.h"

namespace arcadeq {
namespace {

constexpr int kStack = 4;
constexpr int kBatch = 32;
constexpr int kEpisodeSteps = 800;

// Steps through episodes of equal length for as long as it is asked to.
class Player {
 public:
  explicit Player(const FrameFormat& format) : frame_(format.bytes(), 77) {}

  void Step(Replay& replay) {
    if (step_ == 0) replay.BeginEpisode(frame_);
    step_ = (step_ + 1) % kEpisodeSteps;
    replay.Append(step_ % 6, 1.0f, {.terminated = step_ == 0}, frame_);
  }

 private:
  std::vector<std::uint8_t> frame_;
  int step_ = 0;
};

void BM_Sample(benchmark::State& state) {
  const FrameFormat format{ElementType::kUint8, 16, 16};
  const std::int64_t capacity = state.range(0);
  Replay replay(format, kStack, capacity);
  Player player(format);
  for (std::int64_t i = 0; i < capacity + capacity / 2; ++i) player.Step(replay);
  RandomStream random(1, "replay");
  Batch batch(kBatch);
  for (auto _ : state) {
    replay.Sample(random, batch);
    benchmark::DoNotOptimize(batch.s_t.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(BM_Sample)->ArgName("frames")->Arg(10'000)->Arg(100'000)->Arg(1'000'000);

void BM_Append(benchmark::State& state) {
  const FrameFormat format{ElementType::kUint8, 105, 80};
  Replay replay(format, kStack, state.range(0));
  Player player(format);
  for (auto _ : state) player.Step(replay);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(format.bytes()));
}
BENCHMARK(BM_Append)->ArgName("frames")->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace arcadeq

BENCHMARK_MAIN();
