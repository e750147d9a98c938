#include "train/run_memory.h"

#include <cstdint>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/testing/refusal.h"
#include "config/config.h"
#include "config/preset.h"
#include "nn/network.h"
#include "record/recorder.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr FrameFormat kPole{ElementType::kFloat32, 1, 4};
constexpr FrameFormat kScreen{ElementType::kUint8, 105, 80};

RunMemory MemoryOf(const Config& config, const FrameFormat& frame) {
  return RunMemory(config,
                   *config.agent.MakeQNetwork(frame, static_cast<int>(config.env.stack), 6));
}

TEST(RunMemory, ASmallRunNeedsLittle) {
  const Config config = LoadPreset("cartpole");
  const RunMemory memory = MemoryOf(config, kPole);
  EXPECT_LT(memory.learner() + memory.Later().bytes + ReplayBytes(kPole, config.agent.replay, 1),
            60'000'000);
  EXPECT_EQ(RefusalOf([&] { memory.CheckFits(60'000'000); }), "");
}

TEST(RunMemory, GrowsWithTheNetwork) {
  Config config = LoadPreset("tutorial");
  const RunMemory narrow = MemoryOf(config, kScreen);
  config.agent.network.hidden = 8192;
  const RunMemory wide = MemoryOf(config, kScreen);
  EXPECT_GT(wide.learner(), 10 * narrow.learner());
  EXPECT_GT(wide.checkpoints(), 10 * narrow.checkpoints());
  constexpr std::int64_t kAvailable = 1'500'000'000;
  EXPECT_EQ(RefusalOf([&] { narrow.CheckFits(kAvailable); }), "");
  EXPECT_THAT(RefusalOf([&] { wide.CheckFits(kAvailable); }),
              AllOf(HasSubstr("1.50 GB of memory is available"), HasSubstr("network "),
                    HasSubstr("checkpoints "), HasSubstr("make network.hidden smaller")));
}

TEST(RunMemory, NeedsNothingForVideosIfThereAreNone) {
  Config config = LoadPreset("cartpole");
  EXPECT_GT(MemoryOf(config, kPole).videos(), 0);
  config.record.gif_every_episodes = 0;
  EXPECT_EQ(MemoryOf(config, kPole).videos(), 0);
}

TEST(RunMemory, VideosMayTakeHalfOfWhatIsLeft) {
  const Config config = LoadPreset("cartpole");
  const RunMemory memory = MemoryOf(config, kPole);
  const std::int64_t replay = ReplayBytes(kPole, config.agent.replay, 1);
  const std::int64_t rest = memory.Later().bytes;
  EXPECT_EQ(memory.VideoQueueBytes(replay, rest + replay + 100'000'000), 50'000'000u);
  EXPECT_EQ(memory.VideoQueueBytes(0, rest + 100'000'000), 50'000'000u);
  EXPECT_EQ(memory.VideoQueueBytes(0, std::numeric_limits<std::int64_t>::max()),
            Recorder::kQueueBytes);
  EXPECT_GT(memory.VideoQueueBytes(replay, 0), 0u);
}

}  // namespace
}  // namespace arcadeq
