// The replay's part of a step, with and without compression: drawing a batch of 32, and storing a
// frame. The frames resemble a game's: rows of small marching figures and a few flying ones.
//
// bytes/step: the replay's total memory, divided by the number of frames.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/replay.h"

namespace arcadeq {
namespace {

constexpr int kStack = 4;
constexpr int kBatch = 32;
constexpr int kEpisodeSteps = 800;
constexpr FrameFormat kFrame{ElementType::kUint8, 84, 84};

// Draws frames with about as much content as those of Space Invaders.
class Game {
 public:
  std::span<const std::uint8_t> Draw() {
    std::ranges::fill(pixels_, 0);
    std::fill(pixels_.end() - 6 * kFrame.width, pixels_.end() - 3 * kFrame.width, 80);
    const int march = time_ / 8 % 20;
    for (int row = 0; row < 6; ++row) {
      for (int column = 0; column < 6; ++column) Figure(12 + 8 * row, march + 9 * column, row);
    }
    for (int k = 0; k < 4; ++k) Figure((time_ * (k + 2) + 17 * k) % 70, (31 * k) % 70, k + 7);
    ++time_;
    return pixels_;
  }

 private:
  void Figure(int y, int x, int kind) {
    for (int i = 0; i < 5; ++i) {
      for (int j = 0; j < 6; ++j) {
        // The reduction blurs edges, which gives many greys.
        const int shade = (kind * 37 + i * 53 + j * 29 + (time_ / 8 % 2) * 11) % 160;
        if ((i * j + kind) % 3 != 0) {
          pixels_[static_cast<std::size_t>(y + i) * kFrame.width + x + j] =
              static_cast<std::uint8_t>(shade);
        }
      }
    }
  }

  int time_ = 0;
  std::vector<std::uint8_t> pixels_ = std::vector<std::uint8_t>(kFrame.bytes());
};

// Plays episodes of equal length indefinitely.
class Player {
 public:
  void Step(Replay& replay) {
    const auto frame = game_.Draw();
    if (step_ == 0) {
      replay.BeginEpisode(0, frame);
    } else {
      replay.Append(0, {step_ % 6, 1.0f, {.terminated = step_ == kEpisodeSteps - 1}}, frame);
    }
    step_ = (step_ + 1) % kEpisodeSteps;
  }

 private:
  Game game_;
  int step_ = 0;
};

void Report(benchmark::State& state, const Replay& replay) {
  state.counters["bytes/step"] =
      static_cast<double>(replay.store().bytes()) / static_cast<double>(replay.store().frames());
}

void Sample(benchmark::State& state, const std::string& compression) {
  const std::int64_t capacity = state.range(0);
  Replay replay(kFrame, kStack, {capacity, compression}, {}, 1);
  Player player;
  for (std::int64_t i = 0; i < capacity + capacity / 4; ++i) player.Step(replay);
  RandomStream random(1, "replay");
  ThreadPool pool(1);
  Batch batch(kBatch);
  for (auto _ : state) {
    replay.Sample(random, pool, batch);
    benchmark::DoNotOptimize(batch.s_t.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
  Report(state, replay);
}
// Enough iterations to fill the replay once.
#define ARCADEQ_SAMPLE(compression)                    \
  BENCHMARK_CAPTURE(Sample, compression, #compression) \
      ->ArgName("frames")                              \
      ->RangeMultiplier(10)                            \
      ->Range(10'000, 1'000'000)                       \
      ->Iterations(3000)                               \
      ->Unit(benchmark::kMicrosecond)
ARCADEQ_SAMPLE(lz4);
ARCADEQ_SAMPLE(none);

// Includes drawing the frame; see Draw.
void Append(benchmark::State& state, const std::string& compression) {
  Replay replay(kFrame, kStack, {10'000, compression}, {}, 1);
  Player player;
  for (auto _ : state) player.Step(replay);
  Report(state, replay);
}
BENCHMARK_CAPTURE(Append, lz4, "lz4")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Append, none, "none")->Unit(benchmark::kMicrosecond);

void Draw(benchmark::State& state) {
  Game game;
  for (auto _ : state) benchmark::DoNotOptimize(game.Draw().data());
}
BENCHMARK(Draw)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace arcadeq

BENCHMARK_MAIN();
