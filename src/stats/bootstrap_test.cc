#include "stats/bootstrap.h"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "stats/aggregate.h"

namespace arcadeq {
namespace {

TEST(Bootstrap, MatchesTheNormalIntervalForManyValues) {
  // The mean of 400 values, uniform in [0, 1] with variance 1/12: 0.5 +- 1.96 / sqrt(12 * 400).
  std::vector<double> values;
  values.reserve(400);
  for (int i = 0; i < 400; ++i) values.push_back((i + 0.5) / 400);
  const Interval interval = BootstrapInterval(values);
  EXPECT_NEAR(interval.low, 0.4717, 0.002);
  EXPECT_NEAR(interval.high, 0.5283, 0.002);
}

TEST(Bootstrap, SpansTwoValues) {
  const std::array values = {3.0, 5.0};
  const Interval interval = BootstrapInterval(values);
  EXPECT_EQ(interval.low, 3);
  EXPECT_EQ(interval.high, 5);
}

RC_GTEST_PROP(Bootstrap, LiesWithinTheValuesAndIsDeterministic, ()) {
  const auto values =
      *rc::gen::suchThat(rc::gen::container<std::vector<double>>(rc::gen::map(
                             rc::gen::inRange(-1000, 1000), [](int value) { return value / 8.0; })),
                         [](const auto& all) { return all.size() >= 2 && all.size() < 20; });
  const Interval interval = BootstrapInterval(values);
  RC_ASSERT(interval.low <= interval.high);
  RC_ASSERT(interval.low >= std::ranges::min(values) && interval.high <= std::ranges::max(values));
  RC_ASSERT(BootstrapInterval(values).low == interval.low);
}

// Games of very different scores: a resample that mixed them would spread the mean.
TEST(Bootstrap, ResamplesWithinAGame) {
  const GameScores scores = {{0, 1}, {1000, 1001}, {-500, -499, -500}};
  const Interval interval = BootstrapInterval(scores, MeanOverGames);
  EXPECT_GE(interval.low, (0 + 1000 - 500) / 3.0);
  EXPECT_LE(interval.high, (1 + 1001 - 499) / 3.0);
  EXPECT_LT(interval.low, interval.high);
}

TEST(Bootstrap, ResamplesTwoAgentsIndependently) {
  const GameScores same = {{0, 10}};
  const Interval interval = BootstrapInterval(
      same, same,
      [](const GameScores& x, const GameScores& y) { return MeanOverGames(x) - MeanOverGames(y); });
  EXPECT_EQ(interval.low, -10);
  EXPECT_EQ(interval.high, 10);
}

}  // namespace
}  // namespace arcadeq
