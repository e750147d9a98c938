#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plot/svg.h"

namespace arcadeq {

// One of the things that a chart compares: individual lines, and a summary of them. Every part may
// be empty; all values are finite, and x ascends.
struct ChartSeries {
  struct BandPoint {
    double x, low, high;
  };

  std::string name;
  std::vector<std::vector<Point>> thin;
  std::vector<Point> thick;
  std::vector<BandPoint> band;
};

struct ChartPanel {
  std::string x_label;
  std::string y_label;
  std::vector<ChartSeries> series;  // the same ones in every panel of a chart
};

// Draws panels side by side, as SVG. Each series has a colour, a dash pattern and a label at its
// end, so that no colour is needed to tell them apart. Axes start at 0 unless values are below it.
std::string DrawLineChart(std::string_view title, std::span<const ChartPanel> panels);

}  // namespace arcadeq
