#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "replay/replay.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

constexpr FrameFormat kArticleFrame{ElementType::kUint8, 105, 80};
constexpr std::int64_t kGigabyte = 1'000'000'000;

std::string Refusal(std::int64_t capacity, std::int64_t available) {
  try {
    CheckReplayFits(kArticleFrame, capacity, available);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(CheckReplayFits, AcceptsTheArticlesReplayOnAnOrdinaryMachine) {
  EXPECT_EQ(Refusal(200'000, 4 * kGigabyte), "");
}

TEST(CheckReplayFits, SaysWhatItWouldTakeWhatThereIsAndWhatFits) {
  const std::string refusal = Refusal(1'000'000, 4 * kGigabyte);
  EXPECT_THAT(refusal, HasSubstr("1000000 frames takes 8.43 GB"));
  EXPECT_THAT(refusal, HasSubstr("4.00 GB of memory are available"));
  EXPECT_THAT(refusal, HasSubstr("replay.capacity = 420000 would fit"));
  EXPECT_EQ(Refusal(420'000, 4 * kGigabyte), "");
  EXPECT_NE(Refusal(430'000, 4 * kGigabyte), "");
}

TEST(CheckReplayFits, KeepsMemoryForTheRestOfTheProgram) {
  const std::int64_t needed = Replay::BytesNeeded(kArticleFrame, 100'000);
  EXPECT_NE(Refusal(100'000, needed), "");
  EXPECT_EQ(Refusal(100'000, needed + kGigabyte), "");
}

TEST(CheckReplayFits, SaysSoWhereNothingFits) {
  for (const std::int64_t available : {std::int64_t{0}, std::int64_t{100'000'000}}) {
    EXPECT_THAT(Refusal(1000, available), HasSubstr("no replay.capacity would fit"));
  }
}

TEST(CheckReplayFits, TheLargestSettingsDoNotOverflow) {
  const FrameFormat raw{ElementType::kFloat32, 250, 160};
  EXPECT_GT(Replay::BytesNeeded(raw, ReplayConfig::kMaxCapacity), 16'000 * kGigabyte);
  EXPECT_THROW(CheckReplayFits(raw, ReplayConfig::kMaxCapacity, 4 * kGigabyte), UserError);
}

TEST(ReplayConfig, HoldsTheDeepestStackAtItsSmallest) {
  EXPECT_NO_THROW(Replay(kArticleFrame, kMaxStack, ReplayConfig::kMinCapacity));
}

TEST(ReplayConfig, DeclaresItsCapacity) {
  ReplayConfig config;
  Settings settings;
  config.Declare(settings);
  settings.Set("replay.capacity", "500000", "--set");
  EXPECT_EQ(config.capacity, 500'000);
  EXPECT_THROW(settings.Set("replay.capacity", "15", "--set"), UserError);
  EXPECT_THROW(settings.Set("replay.capacity", "100000001", "--set"), UserError);
}

}  // namespace
}  // namespace arcadeq
