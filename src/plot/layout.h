#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "plot/line_chart.h"
#include "plot/svg.h"

namespace arcadeq {

// The smallest range that contains 0 and all values added to it.
class AxisRange {
 public:
  void Include(double value) {
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  double low() const { return low_; }
  double high() const { return high_; }
  // Where a value lies, from 0 at the low end to 1 at the high one.
  double Share(double value) const { return (value - low_) / (high_ - low_); }

 private:
  double low_ = 0;
  double high_ = 0;
};

// Of all parts of all series; never empty.
AxisRange RangeOfX(std::span<const ChartSeries> series);
AxisRange RangeOfY(std::span<const ChartSeries> series);

// Positions for labels in [low, high], at least `spacing` apart if they fit, each as near to the
// position wanted for it as the others allow. The order is that of `wanted`.
std::vector<double> SpreadApart(std::span<const double> wanted, double spacing, double low,
                                double high);

// The end of the thick line, or else of the thin one that reaches furthest; null if there is none.
const Point* EndOf(const ChartSeries& series);

}  // namespace arcadeq
