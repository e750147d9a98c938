#include "stats/score_summary.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(Summarize, OneScore) {
  const std::vector<double> scores = {5};
  const ScoreSummary summary = Summarize(scores);
  EXPECT_EQ(summary.mean, 5);
  EXPECT_EQ(summary.median, 5);
  EXPECT_EQ(summary.standard_deviation, 0);
}

TEST(Summarize, AnyOrderOddAndEven) {
  const std::vector<double> odd = {9, 1, 2};
  EXPECT_EQ(Summarize(odd).mean, 4);
  EXPECT_EQ(Summarize(odd).median, 2);
  EXPECT_EQ(Summarize(odd).min, 1);
  EXPECT_EQ(Summarize(odd).max, 9);
  EXPECT_DOUBLE_EQ(Summarize(odd).standard_deviation, std::sqrt(19.0));
  const std::vector<double> even = {4, 1, 2, 100};
  EXPECT_EQ(Summarize(even).median, 3);
}

TEST(Percentile, InterpolatesBetweenNeighbours) {
  const std::array sorted = {10.0, 20.0, 40.0};
  EXPECT_EQ(Percentile(sorted, 0), 10);
  EXPECT_EQ(Percentile(sorted, 0.25), 15);
  EXPECT_EQ(Percentile(sorted, 0.5), 20);
  EXPECT_EQ(Percentile(sorted, 0.75), 30);
  EXPECT_EQ(Percentile(sorted, 1), 40);
  EXPECT_EQ(Percentile(std::array{7.0}, 0.3), 7);
}

}  // namespace
}  // namespace arcadeq
