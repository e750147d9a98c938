#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/error.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/testing/refusal.h"
#include "replay/frame_codec.h"
#include "replay/replay.h"
#include "replay/replay_config.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

constexpr FrameFormat kArticleFrame{ElementType::kUint8, 105, 80};
constexpr std::int64_t kGigabyte = 1'000'000'000;
const ReservedMemory kReserved{400'000'000, "the rest of the run"};

std::string Refusal(std::int64_t capacity, std::int64_t available,
                    const char* compression = "none") {
  return RefusalOf([&] {
    CheckReplayFits(kArticleFrame, {capacity, compression}, 1, kReserved, available);
  });
}

TEST(CheckReplayFits, AcceptsTheArticlesReplayOnAnOrdinaryMachine) {
  EXPECT_EQ(Refusal(200'000, 4 * kGigabyte), "");
}

TEST(CheckReplayFits, ReportsNeededAndAvailableMemoryAndWhatWouldFit) {
  const std::string refusal = Refusal(1'000'000, 4 * kGigabyte);
  EXPECT_THAT(refusal, HasSubstr("1000000 frames takes 8.44 GB"));
  EXPECT_THAT(refusal, HasSubstr("4.00 GB of memory is available, 400 MB of it for the rest of the "
                                 "run"));
  EXPECT_THAT(refusal, HasSubstr("replay.capacity = 420000 would fit"));
  EXPECT_EQ(Refusal(420'000, 4 * kGigabyte), "");
  EXPECT_NE(Refusal(430'000, 4 * kGigabyte), "");
}

TEST(CheckReplayFits, AMillionCompressedFramesFitAnOrdinaryMachine) {
  EXPECT_EQ(Refusal(1'000'000, 2 * kGigabyte, "lz4"), "");
  EXPECT_THAT(Refusal(1'000'000, kGigabyte, "lz4"), HasSubstr("takes about 1.07 GB"));
}

TEST(CheckReplayFits, CountsTheSampler) {
  ReplayConfig config{100'000, "none"};
  Settings settings;
  config.Declare(settings);
  const std::int64_t uniform = ReplayBytes(kArticleFrame, config, 1);
  settings.Set("replay.sampler", "proportional", "--set");
  // A tree of sums over 2^17 leaves, in doubles.
  EXPECT_EQ(ReplayBytes(kArticleFrame, config, 1) - uniform, 2 * 131'072 * 8);
}

TEST(CheckReplayFits, ReservesMemoryForTheRestOfTheProgram) {
  const std::int64_t needed = ReplayBytes(kArticleFrame, {100'000, "none"}, 1);
  EXPECT_NE(Refusal(100'000, needed), "");
  EXPECT_EQ(Refusal(100'000, needed + kGigabyte), "");
}

TEST(CheckReplayFits, EveryEnvironmentNeedsALittleMore) {
  for (const char* compression : {"none", "lz4"}) {
    const ReplayConfig config{200'000, compression};
    const std::int64_t one = ReplayBytes(kArticleFrame, config, 1);
    const std::int64_t many = ReplayBytes(kArticleFrame, config, 64);
    EXPECT_GT(many, one);
    EXPECT_LT(many, one * 12 / 10);
  }
}

TEST(CheckReplayFits, ReportsThatNothingFits) {
  for (const std::int64_t available : {std::int64_t{0}, std::int64_t{100'000'000}}) {
    EXPECT_THAT(Refusal(1000, available), HasSubstr("no replay.capacity would fit"));
  }
}

TEST(CheckReplayFits, TheLargestSettingsDoNotOverflow) {
  const FrameFormat raw{ElementType::kFloat32, 250, 160};
  const ReplayConfig config{ReplayConfig::kMaxCapacity, "none"};
  EXPECT_GT(ReplayBytes(raw, config, 1), 16'000 * kGigabyte);
  EXPECT_THROW(CheckReplayFits(raw, config, 1, kReserved, 4 * kGigabyte), UserError);
}

TEST(CheckMemoryLeft, StopsBeforeTheSystemDoes) {
  EXPECT_NO_THROW(CheckMemoryLeft(1000, 8'000'000, 1'000'000, 64'000'000, 100'000'000));
  EXPECT_THROW(CheckMemoryLeft(1000, 8'000'000, 50'000'000, 64'000'000, 100'000'000), UserError);
  const std::string refusal =
      RefusalOf([] { CheckMemoryLeft(1000, 8'000'000, 1'000'000, 64'000'000, 10'000'000); });
  EXPECT_THAT(refusal, HasSubstr("1000 frames of an environment take 8.00 MB"));
  EXPECT_THAT(refusal, HasSubstr("8.00 kB each"));
  EXPECT_THAT(refusal, HasSubstr("10.0 MB are left"));
}

// Uses a limit on the address space, which AvailableMemoryBytes() takes into account. The
// sanitizers need more address space than that.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(CheckMemoryLeft, AReplayThatCompressesBadlyStopsInTime) {
  const auto fill = [] {
    const rlimit limit{250'000'000, 250'000'000};
    setrlimit(RLIMIT_AS, &limit);
    Replay replay(kArticleFrame, 3, {.capacity = 1'000'000}, {}, 1);
    std::vector<std::uint64_t> noise(kArticleFrame.bytes() / 8);
    RandomStream random(1, "noise");
    try {
      for (;;) {
        for (auto& word : noise) word = random();
        replay.BeginEpisode(
            0, {reinterpret_cast<const std::uint8_t*>(noise.data()), kArticleFrame.bytes()});
      }
    } catch (const UserError& error) {
      std::fputs(error.what(), stderr);
      std::_Exit(2);
    }
  };
  EXPECT_EXIT(fill(), ::testing::ExitedWithCode(2), "memory runs out");
}
#endif

TEST(ReplayConfig, TheMinimumHoldsTheDeepestStack) {
  EXPECT_NO_THROW(Replay(kArticleFrame, kMaxStack, {ReplayConfig::kMinCapacity}, {}, 1));
}

TEST(ReplayConfig, DeclaresItsSettings) {
  ReplayConfig config;
  Settings settings;
  config.Declare(settings);
  settings.Set("replay.capacity", "500000", "--set");
  EXPECT_EQ(config.capacity, 500'000);
  settings.Set("replay.compression", "none", "--set");
  EXPECT_EQ(config.compression_kind(), Compression::kNone);
  settings.Set("replay.n_step", "3", "--set");
  EXPECT_EQ(config.Rule(0.9, true).n_step, 3);
  EXPECT_THROW(settings.Set("replay.n_step", "0", "--set"), UserError);
  EXPECT_THROW(settings.Set("replay.compression", "zip", "--set"), UserError);
  EXPECT_THROW(settings.Set("replay.capacity", "15", "--set"), UserError);
  EXPECT_THROW(settings.Set("replay.capacity", "100000001", "--set"), UserError);
}

}  // namespace
}  // namespace arcadeq
