#include <cstdint>

#include <gtest/gtest.h>

#include "base/testing/allocation_counter.h"
#include "replay/naive_replay.h"
#include "replay/replay.h"

namespace arcadeq {
namespace {

TEST(ReplayAllocation, TakesExactlyWhatWasComputed) {
  for (const FrameFormat format : {kNumberedFrame, FrameFormat{ElementType::kUint8, 105, 80},
                                   FrameFormat{ElementType::kFloat32, 1, 4}}) {
    const std::int64_t before = testing::AllocatedBytes();
    Replay replay(format, 4, 1000);
    EXPECT_EQ(testing::AllocatedBytes() - before, Replay::BytesNeeded(format, 1000));
  }
}

// The article's frames were floats, 33.6 kB each.
TEST(ReplayAllocation, AnArticleFrameTakesItsBytesAndLittleMore) {
  const FrameFormat format{ElementType::kUint8, 105, 80};
  EXPECT_LE(Replay::BytesNeeded(format, 1), static_cast<std::int64_t>(format.bytes()) + 32);
}

TEST(ReplayAllocation, AppendingAndSamplingTakeNothing) {
  Replay replay(kNumberedFrame, 4, 64);
  RandomStream random(1, "replay");
  Batch batch(32);
  const auto frame = FrameOf(7);
  const std::int64_t before = testing::Allocations();
  for (int episode = 0; episode < 20; ++episode) {
    replay.BeginEpisode(frame);
    for (int k = 0; k < 10; ++k) {
      replay.Append(k, 1.0f, {.terminated = k == 9}, frame);
      replay.Sample(random, batch);
    }
  }
  EXPECT_EQ(testing::Allocations(), before);
}

}  // namespace
}  // namespace arcadeq
