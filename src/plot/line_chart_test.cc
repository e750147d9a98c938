#include "plot/line_chart.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plot/testing/occurrences.h"

namespace arcadeq {
namespace {

using testing::HasSubstr;

ChartSeries Series(std::string name) {
  return {.name = std::move(name),
          .thin = {{{0, 1}, {10, 2}}, {{0, 3}, {10, 4}}},
          .thick = {{0, 2}, {10, 3}},
          .band = {{0, 1, 3}, {10, 2, 4}}};
}

TEST(LineChart, DrawsEverySeriesInEveryPanel) {
  const ChartPanel panel{"frames", "score", {Series("base"), Series("a<b")}};
  const std::string svg = DrawLineChart("The title", std::vector{panel, panel});
  EXPECT_EQ(CountOccurrences(svg, "<polyline"), 2u * 2 * 3);
  EXPECT_EQ(CountOccurrences(svg, "<polygon"), 2u * 2);
  EXPECT_EQ(CountOccurrences(svg, ">base</text>"), 2u);
  EXPECT_EQ(CountOccurrences(svg, ">a&lt;b</text>"), 2u);
  EXPECT_EQ(CountOccurrences(svg, ">frames</text>"), 2u);
  EXPECT_EQ(CountOccurrences(svg, ">score</text>"), 2u);
  EXPECT_THAT(svg, HasSubstr(">The title</text>"));
}

TEST(LineChart, GivesEachSeriesItsOwnDashes) {
  const std::string svg =
      DrawLineChart("", std::vector{ChartPanel{"x", "y", {Series("one"), Series("two")}}});
  EXPECT_EQ(CountOccurrences(svg, "stroke-dasharray=\"9 4\""), 1u);
}

TEST(LineChart, KeepsLabelsOfEqualCurvesApart) {
  std::vector<ChartSeries> series;
  for (const char* name : {"one", "two", "three"}) series.push_back(Series(name));
  const std::string svg = DrawLineChart("", std::vector{ChartPanel{"x", "y", series}});
  std::vector<double> heights;
  for (const char* name : {">one<", ">two<", ">three<"}) {
    const std::size_t text = svg.rfind("<text", svg.rfind(name));
    heights.push_back(std::stod(svg.substr(svg.find(" y=\"", text) + 4)));
  }
  std::ranges::sort(heights);
  EXPECT_GE(heights[1] - heights[0], 12);
  EXPECT_GE(heights[2] - heights[1], 12);
}

TEST(LineChart, AcceptsEmptySeries) {
  const ChartPanel panel{"x", "y", {{.name = "nothing", .thin = {}, .thick = {}, .band = {}}}};
  const std::string svg = DrawLineChart("", std::vector{panel});
  EXPECT_EQ(CountOccurrences(svg, "<polyline"), 0u);
  EXPECT_EQ(CountOccurrences(svg, "nan"), 0u);
  EXPECT_EQ(CountOccurrences(svg, "inf"), 0u);
}

}  // namespace
}  // namespace arcadeq
