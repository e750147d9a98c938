#include "train/run_memory.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "record/recorder.h"
#include "replay/replay_memory.h"
#include "train/preset.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr FrameFormat kPole{ElementType::kFloat32, 1, 4};
constexpr FrameFormat kScreen{ElementType::kUint8, 105, 80};

RunMemory MemoryOf(const Config& config, const FrameFormat& frame) {
  return RunMemory(
      config, QNetwork(config.network, frame, static_cast<int>(config.env.stack), /*actions=*/6));
}

TEST(RunMemory, ASmallRunNeedsLittle) {
  const Config config = LoadPreset("cartpole");
  const RunMemory memory = MemoryOf(config, kPole);
  EXPECT_LT(memory.learner() + memory.later() + ReplayBytes(kPole, config.replay, 1), 60'000'000);
  EXPECT_EQ(RefusalOf([&] { memory.Check(kPole, memory.learner(), 60'000'000); }), "");
}

TEST(RunMemory, TheNetworkCounts) {
  Config config = LoadPreset("tutorial");
  const RunMemory narrow = MemoryOf(config, kScreen);
  config.network.hidden = 8192;
  const RunMemory wide = MemoryOf(config, kScreen);
  EXPECT_GT(wide.learner(), 10 * narrow.learner());
  EXPECT_GT(wide.checkpoints(), 10 * narrow.checkpoints());
  constexpr std::int64_t kAvailable = 1'500'000'000;
  EXPECT_EQ(RefusalOf([&] { narrow.Check(kScreen, narrow.learner(), kAvailable); }), "");
  EXPECT_THAT(RefusalOf([&] { wide.Check(kScreen, wide.learner(), kAvailable); }),
              AllOf(HasSubstr("1.50 GB of memory are available"), HasSubstr("network "),
                    HasSubstr("checkpoints "), HasSubstr("no replay.capacity would fit")));
}

TEST(RunMemory, WithoutVideosTheyNeedNothing) {
  Config config = LoadPreset("cartpole");
  EXPECT_GT(MemoryOf(config, kPole).videos(), 0);
  config.record.gif_every_episodes = 0;
  EXPECT_EQ(MemoryOf(config, kPole).videos(), 0);
}

TEST(RunMemory, VideosMayTakeHalfOfWhatIsLeft) {
  const Config config = LoadPreset("cartpole");
  const RunMemory memory = MemoryOf(config, kPole);
  const std::int64_t rest = memory.later() + ReplayBytes(kPole, config.replay, 1);
  EXPECT_EQ(memory.VideoQueueBytes(kPole, 0, rest + 100'000'000), 50'000'000u);
  EXPECT_EQ(memory.VideoQueueBytes(kPole, ReplayBytes(kPole, config.replay, 1),
                                   memory.later() + 100'000'000),
            50'000'000u);
  EXPECT_EQ(memory.VideoQueueBytes(kPole, 0, std::numeric_limits<std::int64_t>::max()),
            Recorder::kQueueBytes);
  EXPECT_GT(memory.VideoQueueBytes(kPole, 0, 0), 0u);
}

}  // namespace
}  // namespace arcadeq
