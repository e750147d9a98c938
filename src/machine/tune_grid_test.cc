#include "machine/tune_grid.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/testing/refusal.h"
#include "config/config.h"

namespace arcadeq {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::SizeIs;
using Seconds = std::chrono::duration<double>;

Config Sample() {
  Config config;
  config.train.threads = 4;
  config.train.envs = 64;
  config.agent.learning.batch_size = 32;
  return config;
}

TEST(TuneGrid, BeginsWithTheSettingsGiven) {
  const auto grid = TuneGrid(Sample(), 4);
  EXPECT_EQ(grid.front(), (SpeedSettings{4, 64, 32}));
  EXPECT_EQ(grid[1], (SpeedSettings{2, 64, 32})) << "threads come before what is learnt";
  EXPECT_EQ(grid[2], (SpeedSettings{1, 64, 32}));
  EXPECT_THAT(grid, SizeIs(3 * 6));  // 4, 2 and 1 threads
  EXPECT_THAT(grid, Contains(SpeedSettings{1, 128, 64}));
  EXPECT_THAT(grid, Contains(SpeedSettings{2, 32, 32}));
}

TEST(TuneGrid, HasNothingTwice) {
  Config config = Sample();
  config.train.threads = 1;
  EXPECT_THAT(TuneGrid(config, 1), SizeIs(6));
  EXPECT_THAT(TuneGrid(config, 2), SizeIs(2 * 6));
}

TEST(TuneGrid, StaysWithinTheRangesOfTheSettings) {
  Config config = Sample();
  config.train.envs = 1;
  config.agent.learning.batch_size = 4096;
  EXPECT_THAT(TuneGrid(config, 4), Not(Contains(SpeedSettings{4, 0, 4096})));
  EXPECT_THAT(TuneGrid(config, 4), Not(Contains(SpeedSettings{4, 1, 8192})));
  EXPECT_THAT(TuneGrid(config, 4), Contains(SpeedSettings{4, 2, 4096}));
}

TEST(TuneGrid, AsksForNoMoreThreadsThanAreUseful) {
  for (const SpeedSettings& settings : TuneGrid(Sample(), 64)) EXPECT_LE(settings.threads, 8);
}

// Each measurement takes ten seconds of a clock of its own.
class MeasureGridTest : public ::testing::Test {
 protected:
  std::vector<TuneResult> Measure(double seconds) {
    return MeasureGrid(
        Sample(), grid_, Seconds(seconds),
        [this](const Config& config, Seconds) {
          time_ += Seconds(10);
          if (config.train.envs == refused_) ThrowUserError("too many");
          measured_.push_back(config.train.envs);
          return static_cast<double>(measured_.size());
        },
        [this] { return time_; });
  }

  const std::vector<SpeedSettings> grid_{{4, 64, 32}, {4, 128, 32}, {4, 256, 32}};
  std::int64_t refused_ = 0;
  std::vector<std::int64_t> measured_;
  Seconds time_{1000};
};

TEST_F(MeasureGridTest, MeasuresAtLeastOnce) {
  const auto results = Measure(1);
  EXPECT_THAT(measured_, ElementsAre(64, 128));
  ASSERT_THAT(results, SizeIs(2));
  EXPECT_EQ(results[1].settings, grid_[1]);
  EXPECT_THAT(results[1].steps_per_second, ElementsAre(2));
}

TEST_F(MeasureGridTest, TakesTurnsForAsManyRoundsAsFit) {
  const auto results = Measure(90);
  EXPECT_THAT(measured_, ElementsAre(64, 128, 256, 64, 128, 256, 64, 128, 256));
  EXPECT_THAT(results[2].steps_per_second, ElementsAre(3, 6, 9));
}

TEST_F(MeasureGridTest, RatherRepeatsThanMeasuresEverything) {
  const auto results = Measure(89);
  EXPECT_THAT(measured_, ElementsAre(64, 128, 64, 128, 64, 128, 64, 128));
  EXPECT_THAT(results, SizeIs(2));
}

TEST_F(MeasureGridTest, NotesWhatCannotRun) {
  refused_ = 128;
  const auto results = Measure(90);
  EXPECT_EQ(results[1].problem, "too many");
  EXPECT_THAT(results[1].steps_per_second, SizeIs(0));
  EXPECT_THAT(results[2].steps_per_second, Not(SizeIs(0)));
}

TEST_F(MeasureGridTest, RefusesSettingsThatCannotRunThemselves) {
  refused_ = 64;
  EXPECT_EQ(RefusalOf([this] { Measure(60); }), "too many");
}

}  // namespace
}  // namespace arcadeq
