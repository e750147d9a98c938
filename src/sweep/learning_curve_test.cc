#include "sweep/learning_curve.h"

#include <array>
#include <cstddef>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using testing::ElementsAre;

TEST(LearningCurve, AveragesTheLastHundredEpisodes) {
  std::vector<EpisodeRow> episodes;
  for (int i = 1; i <= 250; ++i) {
    episodes.push_back({.step = i, .frame = 4 * i, .raw_return = 1.0 * i, .wall_seconds = 0.5 * i});
  }
  const auto curve = LearningCurve(episodes, FramesAxis(1000));
  ASSERT_EQ(curve.size(), 250u);
  EXPECT_EQ(curve[0], (Point{4, 1}));
  EXPECT_EQ(curve[1], (Point{8, 1.5}));
  EXPECT_EQ(curve[99], (Point{400, 50.5}));
  EXPECT_EQ(curve[249], (Point{1000, 200.5}));
}

TEST(LearningCurve, AxesHaveUnitsThatKeepNumbersShort) {
  const EpisodeRow row{.step = 3000, .frame = 12'000'000, .raw_return = 0, .wall_seconds = 90};
  EXPECT_EQ(StepsAxis(1999).label, "steps");
  EXPECT_EQ(StepsAxis(3000).label, "thousand steps");
  EXPECT_EQ(StepsAxis(3000).Of(row), 3);
  EXPECT_EQ(FramesAxis(12'000'000).label, "million frames");
  EXPECT_EQ(FramesAxis(12'000'000).Of(row), 12);
  EXPECT_EQ(MinutesAxis().Of(row), 1.5);
}

TEST(LearningCurve, LastReturnsAreThoseOfAHundredEpisodes) {
  std::vector<EpisodeRow> episodes(3, EpisodeRow{.raw_return = 1});
  EXPECT_EQ(LastReturns(episodes).size(), 3u);
  episodes.resize(150, EpisodeRow{.raw_return = 2});
  EXPECT_EQ(LastReturns(episodes), std::vector<double>(100, 2));
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
