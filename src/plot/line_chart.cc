#include "plot/line_chart.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "plot/axis.h"
#include "plot/layout.h"
#include "plot/styles.h"
#include "plot/svg.h"

namespace arcadeq {
namespace {

constexpr std::string_view kAxisColour = "#404040";
constexpr std::string_view kGridColour = "#e4e4e4";

constexpr double kPlotWidth = 420, kPlotHeight = 300;
constexpr double kTop = 46, kBottom = 52, kLeft = 74;
constexpr double kLabelGap = 8;
constexpr double kLabelSize = 12;
constexpr double kLetterWidth = 0.62 * kLabelSize;  // an estimate; most fonts are narrower
constexpr int kXTicks = 6, kYTicks = 6;

std::string_view ColourOf(std::size_t series) {
  return kSeriesColours[ColourNumber(series)];
}

class PanelDrawing {
 public:
  PanelDrawing(const ChartPanel& panel, double left, SvgWriter& svg)
      : panel_(panel),
        left_(left),
        x_range_(RangeOfX(panel.series)),
        x_(TicksOf(x_range_, kXTicks)),
        y_(TicksOf(RangeOfY(panel.series), kYTicks)),
        svg_(svg) {}

  void Draw() {
    DrawAxes();
    // Thick lines cover thin ones and bands of all series.
    for (std::size_t i = 0; i < panel_.series.size(); ++i) DrawBand(i);
    for (std::size_t i = 0; i < panel_.series.size(); ++i) DrawThin(i);
    for (std::size_t i = 0; i < panel_.series.size(); ++i) DrawThick(i);
    DrawLabels();
  }

 private:
  static Ticks TicksOf(const AxisRange& range, int count) {
    return Ticks(range.low(), range.high(), count);
  }

  // The x axis ends with the data, the y axis at a tick.
  double X(double x) const { return left_ + kPlotWidth * x_range_.Share(x); }
  double Y(double y) const { return kTop + kPlotHeight * (y_.high() - y) / (y_.high() - y_.low()); }
  std::vector<Point> Placed(std::span<const Point> points) const {
    std::vector<Point> placed;
    placed.reserve(points.size());
    for (const Point& point : points) placed.push_back({X(point.x), Y(point.y)});
    return placed;
  }

  void DrawAxes() {
    const double bottom = kTop + kPlotHeight, right = left_ + kPlotWidth;
    for (std::size_t i = 0; i < y_.values.size(); ++i) {
      const double y = Y(y_.values[i]);
      svg_.Line({left_, y}, {right, y}, {.colour = kGridColour});
      svg_.Text({left_ - 6, y + 4}, y_.labels[i],
                {.size = 11, .anchor = TextStyle::Anchor::kEnd, .colour = kAxisColour});
    }
    for (std::size_t i = 0; i < x_.values.size(); ++i) {
      if (x_.values[i] < x_range_.low() || x_.values[i] > x_range_.high()) continue;
      const double x = X(x_.values[i]);
      svg_.Line({x, bottom}, {x, bottom + 4}, {.colour = kAxisColour});
      svg_.Text({x, bottom + 17}, x_.labels[i],
                {.size = 11, .anchor = TextStyle::Anchor::kMiddle, .colour = kAxisColour});
    }
    svg_.Line({left_, bottom}, {right, bottom}, {.colour = kAxisColour});
    svg_.Line({left_, kTop}, {left_, bottom}, {.colour = kAxisColour});
    svg_.Text({left_ + kPlotWidth / 2, bottom + 38}, panel_.x_label,
              {.anchor = TextStyle::Anchor::kMiddle});
    svg_.Text({left_ - 52, kTop + kPlotHeight / 2}, panel_.y_label,
              {.anchor = TextStyle::Anchor::kMiddle, .degrees = -90});
  }

  void DrawBand(std::size_t index) {
    const auto& band = panel_.series[index].band;
    if (band.empty()) return;
    std::vector<Point> corners;
    corners.reserve(2 * band.size());
    for (const auto& point : band) corners.push_back({X(point.x), Y(point.high)});
    for (std::size_t i = band.size(); i-- > 0;) {
      corners.push_back({X(band[i].x), Y(band[i].low)});
    }
    svg_.Polygon(corners, ColourOf(index), 0.16);
  }

  void DrawThin(std::size_t index) {
    const ChartSeries& series = panel_.series[index];
    if (series.thin.empty()) return;
    svg_.BeginGroup(series.name);
    for (const auto& line : series.thin) {
      svg_.Polyline(Placed(line), {.colour = ColourOf(index), .width = 1, .opacity = 0.45});
    }
    svg_.EndGroup();
  }

  void DrawThick(std::size_t index) {
    const ChartSeries& series = panel_.series[index];
    if (series.thick.empty()) return;
    svg_.BeginGroup(series.name);
    svg_.Polyline(Placed(series.thick),
                  {.colour = ColourOf(index), .width = 2.5, .dashes = DashesOf(index)});
    svg_.EndGroup();
  }

  // Labels stand to the right of the plot, as near to the end of their series as they can without
  // overlapping, and a dotted line joins the two.
  void DrawLabels() {
    struct Label {
      std::size_t series;
      Point end;
    };
    std::vector<Label> labels;
    std::vector<double> heights;
    for (std::size_t i = 0; i < panel_.series.size(); ++i) {
      if (const Point* end = EndOf(panel_.series[i])) {
        labels.push_back({i, {X(end->x), Y(end->y)}});
        heights.push_back(labels.back().end.y);
      }
    }
    heights = SpreadApart(heights, kLabelSize + 3, kTop, kTop + kPlotHeight);
    const double x = left_ + kPlotWidth + kLabelGap;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto& [series, end] = labels[i];
      const std::string_view colour = ColourOf(series);
      svg_.Line(end, {x - 2, heights[i]}, {.colour = colour, .width = 0.75, .dashes = "1 3"});
      svg_.Text({x, heights[i] + 4}, panel_.series[series].name,
                {.size = kLabelSize, .colour = colour, .bold = true});
    }
  }

  const ChartPanel& panel_;
  double left_;
  AxisRange x_range_;
  Ticks x_;
  Ticks y_;
  SvgWriter& svg_;
};

double LabelWidth(std::span<const ChartPanel> panels) {
  std::size_t letters = 0;
  for (const ChartPanel& panel : panels) {
    for (const ChartSeries& series : panel.series) letters = std::max(letters, series.name.size());
  }
  return kLetterWidth * static_cast<double>(letters);
}

}  // namespace

std::string DrawLineChart(std::string_view title, std::span<const ChartPanel> panels) {
  const double panel_width = kLeft + kPlotWidth + kLabelGap + LabelWidth(panels) + 10;
  const double width = panel_width * static_cast<double>(panels.size());
  SvgWriter svg(width, kTop + kPlotHeight + kBottom);
  svg.Text({kLeft, 26}, title, {.size = 14, .bold = true});
  double left = kLeft;
  for (const ChartPanel& panel : panels) {
    PanelDrawing(panel, left, svg).Draw();
    left += panel_width;
  }
  return svg.Finish();
}

}  // namespace arcadeq
