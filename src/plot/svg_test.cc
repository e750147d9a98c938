#include "plot/svg.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using testing::HasSubstr;

TEST(Svg, WritesEveryElement) {
  SvgWriter svg(30, 20);
  const std::array points = {Point{1, 2}, Point{3.14159, -0.001}};
  svg.BeginGroup("both");
  svg.Line({0, 0}, {1.5, 2}, {.colour = "#123456", .width = 2, .dashes = "3 1", .opacity = 0.5});
  svg.Polyline(points, {});
  svg.EndGroup();
  svg.Polygon(points, "red", 0.25);
  svg.Text({5, 6}, "up", {.anchor = TextStyle::Anchor::kMiddle, .bold = true, .degrees = -90});
  EXPECT_EQ(svg.Finish(),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\" "
            "viewBox=\"0 0 30 20\" font-family=\"sans-serif\">\n"
            "<rect width=\"30\" height=\"20\" fill=\"#ffffff\"/>\n"
            "<g><title>both</title>\n"
            "<line x1=\"0\" y1=\"0\" x2=\"1.5\" y2=\"2\" stroke=\"#123456\" stroke-width=\"2\" "
            "stroke-dasharray=\"3 1\" stroke-opacity=\"0.5\"/>\n"
            "<polyline points=\"1,2 3.14,0\" fill=\"none\" stroke-linejoin=\"round\" "
            "stroke=\"#000000\" stroke-width=\"1\"/>\n"
            "</g>\n"
            "<polygon points=\"1,2 3.14,0\" fill=\"red\" fill-opacity=\"0.25\"/>\n"
            "<text x=\"5\" y=\"6\" font-size=\"12\" text-anchor=\"middle\" fill=\"#000000\" "
            "font-weight=\"bold\" transform=\"rotate(-90 5 6)\">up</text>\n"
            "</svg>\n");
}

TEST(Svg, EscapesText) {
  SvgWriter svg(1, 1);
  svg.Text({}, "a<b> & \"c\"\x01", {});
  EXPECT_THAT(svg.Finish(), HasSubstr(">a&lt;b&gt; &amp; &quot;c&quot;\uFFFD</text>"));
}

}  // namespace
}  // namespace arcadeq
