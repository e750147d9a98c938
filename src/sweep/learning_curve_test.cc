#include "sweep/learning_curve.h"

#include <array>
#include <cstddef>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using testing::ElementsAre;

double Frame(const EpisodeRow& row) {
  return static_cast<double>(row.frame);
}

TEST(LearningCurve, AveragesTheLastHundredEpisodes) {
  std::vector<EpisodeRow> episodes;
  for (int i = 1; i <= 250; ++i) {
    episodes.push_back({.step = i, .frame = 4 * i, .raw_return = 1.0 * i, .wall_seconds = 0.5 * i});
  }
  const auto curve = LearningCurve(episodes, Frame);
  ASSERT_EQ(curve.size(), 250u);
  EXPECT_EQ(curve[0], (Point{4, 1}));
  EXPECT_EQ(curve[1], (Point{8, 1.5}));
  EXPECT_EQ(curve[99], (Point{400, 50.5}));
  EXPECT_EQ(curve[249], (Point{1000, 200.5}));
}

TEST(LearningCurve, SeriesHasAMeanWhereAllSummedRunsHaveValues) {
  const std::vector<std::vector<Point>> curves = {
      {{0, 1}, {2, 3}, {4, 5}}, {{1, 9}, {3, 11}}, {{0, 0}, {1, 0}}};
  const std::array<std::size_t, 2> summed = {0, 1};
  const ChartSeries series = MakeSeries("name", curves, summed, 4, 5);
  EXPECT_EQ(series.name, "name");
  ASSERT_EQ(series.thin.size(), 3u);
  EXPECT_THAT(series.thin[0],
              ElementsAre(Point{0, 1}, Point{1, 1}, Point{2, 3}, Point{3, 3}, Point{4, 5}));
  EXPECT_THAT(series.thin[1], ElementsAre(Point{1, 9}, Point{2, 9}, Point{3, 11}));
  EXPECT_THAT(series.thick, ElementsAre(Point{1, 5}, Point{2, 6}, Point{3, 7}));
  ASSERT_EQ(series.band.size(), 3u);
  EXPECT_EQ(series.band[2].low, 3);
  EXPECT_EQ(series.band[2].high, 11);
}

TEST(LearningCurve, SeriesOfOneRunHasNoInterval) {
  const std::vector<std::vector<Point>> curves = {{{0, 1}, {4, 5}}};
  const std::array<std::size_t, 1> summed = {0};
  const ChartSeries series = MakeSeries("name", curves, summed, 4, 3);
  EXPECT_EQ(series.thick.size(), 3u);
  EXPECT_TRUE(series.band.empty());
  const ChartSeries nothing = MakeSeries("name", {}, {}, 0, 3);
  EXPECT_TRUE(nothing.thick.empty() && nothing.thin.empty());
}

}  // namespace
}  // namespace arcadeq
