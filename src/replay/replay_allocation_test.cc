#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/random.h"
#include "base/testing/allocation_counter.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/replay.h"
#include "replay/replay_config.h"
#include "replay/replay_memory.h"
#include "replay/testing/naive_replay.h"

namespace arcadeq {
namespace {

constexpr FrameFormat kArticleFrame{ElementType::kUint8, 105, 80};

void Fill(Replay& replay, std::int64_t frames, std::size_t frame_bytes) {
  const std::vector<std::uint8_t> frame(frame_bytes, 7);
  for (int env = 0; env < replay.store().envs(); ++env) replay.BeginEpisode(env, frame);
  for (std::int64_t k = 1; k < frames / replay.store().envs(); ++k) {
    for (int env = 0; env < replay.store().envs(); ++env) replay.Append(env, {.action = 1}, frame);
  }
}

TEST(ReplayAllocation, AllocatesNoMoreThanComputed) {
  for (const int envs : {1, 5}) {
    for (const FrameFormat format :
         {kNumberedFrame, kArticleFrame, FrameFormat{ElementType::kFloat32, 1, 4}}) {
      const ReplayConfig config{3000, "none"};
      Replay replay(format, 4, config, {}, envs);
      Fill(replay, 20'000, format.bytes());
      const std::int64_t computed = ReplayBytes(format, config, envs);
      EXPECT_LE(replay.store().bytes(), computed);
      EXPECT_GE(replay.store().bytes(), computed * 7 / 10);
    }
  }
}

// The article stores frames as floats, 33.6 kB each.
TEST(ReplayAllocation, AnArticleFrameTakesLittleMoreThanItsBytes) {
  Replay replay(kArticleFrame, 3, {.capacity = 3000, .compression = "none"}, {}, 1);
  Fill(replay, 8000, kArticleFrame.bytes());
  EXPECT_LE(replay.store().bytes(), 3200 * (105 * 80 + 16));
}

TEST(ReplayAllocation, AllocatesNothingWithinASegment) {
  for (const char* compression : {"lz4", "none"}) {
    Replay replay(kNumberedFrame, 4, {.capacity = 32 * 1024, .compression = compression}, {}, 1);
    ASSERT_EQ(SegmentFrames(replay.store().capacity()), 1024);
    RandomStream random(1, "replay");
    ThreadPool pool(2);
    Batch batch = replay.store().MakeBatch(32);
    const auto frame = FrameOf(7);
    replay.BeginEpisode(0, frame);
    replay.Append(0, {1, 1.0f, {.terminated = true}}, frame);
    const std::int64_t before = testing::Allocations();
    for (int episode = 0; episode < 20; ++episode) {
      replay.BeginEpisode(0, frame);
      for (int k = 0; k < 10; ++k) {
        replay.Append(0, {k, 1.0f, {.terminated = k == 9}}, frame);
        replay.Sample(random, pool, batch);
      }
    }
    EXPECT_EQ(testing::Allocations(), before);
  }
}

TEST(ReplayAllocation, ReusesUncompressedSegments) {
  Replay replay(kNumberedFrame, 4, {.capacity = 1000, .compression = "none"}, {}, 1);
  Fill(replay, 1100, kNumberedFrame.bytes());
  const std::int64_t before = testing::Allocations();
  Fill(replay, 5000, kNumberedFrame.bytes());
  EXPECT_EQ(testing::Allocations() - before, 1);  // the frame in Fill()
}

}  // namespace
}  // namespace arcadeq
