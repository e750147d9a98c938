#include "report/page_chart.h"

#include <cstddef>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plot/line_chart.h"
#include "plot/styles.h"
#include "plot/testing/occurrences.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

ChartSeries Series(std::string name) {
  return {.name = std::move(name),
          .thin = {{{0, 100}, {10, 200}}, {{0, 300}, {10, 400}}},
          .thick = {{0, 200}, {10, 300}},
          .band = {{0, 100, 300}, {10, 200, 400}}};
}

TEST(PageChart, ShowsEveryPartOfASeries) {
  const std::string html =
      DrawPageChart({.title = "Score", .x_label = "steps", .series = {Series("base")}});
  EXPECT_EQ(CountOccurrences(html, "class=\"thin\""), 2u);
  EXPECT_EQ(CountOccurrences(html, "class=\"thick\""), 1u);
  EXPECT_EQ(CountOccurrences(html, "class=\"band\""), 1u);
  EXPECT_THAT(html, HasSubstr("aria-label=\"Score over steps. base ends at 300.\""));
  EXPECT_THAT(html, Not(HasSubstr("class=\"legend\""))) << "a single series needs none";
}

TEST(PageChart, SeriesAreToldApartWithoutColour) {
  const std::string html = DrawPageChart(
      {.title = "Score", .x_label = "steps", .series = {Series("base"), Series("low")}});
  EXPECT_THAT(html, HasSubstr("stroke-dasharray=\"" + std::string(DashesOf(1)) + "\""));
  EXPECT_EQ(CountOccurrences(html, ">low</span>"), 2u) << "in the legend and at the line's end";
  EXPECT_THAT(DrawLegend({Series("base"), Series("low")}, {}), HasSubstr(">low</span>"));
}

TEST(PageChart, KeepsTheStyleOfASeriesInEveryChart) {
  EXPECT_THAT(DrawPageChart({.title = "", .x_label = "", .series = {Series("low")}, .styles = {1}}),
              AllOf(HasSubstr("<g class=\"c1\">"), HasSubstr("stroke-dasharray")));
}

TEST(PageChart, ReferencesFarAboveTheCurvesAreOnlyNamed) {
  const std::string html = DrawPageChart({.title = "Score",
                                          .x_label = "steps",
                                          .series = {Series("base")},
                                          .references = {{"random", {{0, 148}}},
                                                         {"human", {{0, 1668.7}}},
                                                         {"DQN", {{5, 500}, {15, 600}}},
                                                         {"later", {{20, 100}, {30, 200}}}}});
  EXPECT_EQ(CountOccurrences(html, "<polyline class=\"reference\""), 2u);
  EXPECT_THAT(html, AllOf(HasSubstr(">random 148</span>"), HasSubstr(">DQN 550</span>"),
                          HasSubstr("Above this chart: human 1,669."), Not(HasSubstr("later"))));
}

TEST(PageChart, PinsSelectTheirInputs) {
  const std::string html = DrawPageChart({.title = "Score",
                                          .x_label = "steps",
                                          .series = {Series("base")},
                                          .pins = {{{5, 250}, "video-1-1", "Video \"1\"", 0}}});
  EXPECT_THAT(html,
              HasSubstr("<label class=\"pin c0\" for=\"video-1-1\" title=\"Video &quot;1&quot;\" "
                        "style=\"left:50.00%;"));
}

TEST(PageChart, EscapesNames) {
  const std::string html = DrawPageChart({.title = "<t>",
                                          .x_label = "<x>",
                                          .series = {Series("<script>"), Series("'\"")},
                                          .references = {{"<r>", {{0, 1}}}}});
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<script>")), Not(HasSubstr("<t>")), Not(HasSubstr("<x>")),
                          Not(HasSubstr("<r>")), Not(HasSubstr("'\""))));
}

TEST(PageChart, AcceptsSeriesWithoutPoints) {
  EXPECT_THAT(DrawPageChart({.title = "", .x_label = "", .series = {{}, {}}}), HasSubstr("<svg"));
}

TEST(PageChart, EveryStyleHasAColourOnLightAndDark) {
  for (std::size_t i = 0; i < kSeriesColours.size(); ++i) {
    const std::string name = "--c" + std::to_string(i) + ":";
    EXPECT_THAT(SeriesColoursCss(), AllOf(HasSubstr(name + std::string(kSeriesColours[i])),
                                          HasSubstr(name + std::string(kSeriesColoursOnDark[i]))));
  }
}

}  // namespace
}  // namespace arcadeq
