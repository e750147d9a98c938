#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plot/line_chart.h"
#include "plot/svg.h"

namespace arcadeq {

// A line to compare with, such as what others have published.
struct ChartReference {
  std::string name;
  std::vector<Point> points;  // x ascends; a single one stands for a horizontal line
};

// A point of a line that selects something when it is chosen.
struct ChartPin {
  Point point;
  std::string input;  // id of the radio button that it selects
  std::string title;
  std::size_t series = 0;
};

struct PageChart {
  std::string title;
  std::string x_label;
  std::vector<ChartSeries> series;
  std::vector<ChartReference> references;
  std::vector<ChartPin> pins;
  // The number of each series' style; empty: from 0.
  std::vector<std::size_t> styles;
  bool legend = true;  // if there are several series
};

// The names and styles of a chart's series, for one legend of several charts.
std::string DrawLegend(const std::vector<ChartSeries>& series,
                       const std::vector<std::size_t>& styles);

// A chart as HTML that fills the width it is given. Lines are SVG and stretch with it; texts keep
// their size. Series have a colour, a dash pattern, a place in the legend and, if there are
// several, a label at the end of their lines. References so far above all series that these would
// look flat are named below the chart instead.
std::string DrawPageChart(const PageChart& chart);

// The style sheet's part that gives the styles of the series their colours.
std::string SeriesColoursCss();

}  // namespace arcadeq
