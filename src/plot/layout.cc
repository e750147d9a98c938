#include "plot/layout.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include "plot/line_chart.h"
#include "plot/svg.h"

namespace arcadeq {
namespace {

template <typename ValueOf>
AxisRange RangeOf(std::span<const ChartSeries> all, ValueOf value_of) {
  AxisRange range;
  for (const ChartSeries& series : all) {
    for (const auto& line : series.thin) {
      for (const Point& point : line) range.Include(value_of(point));
    }
    for (const Point& point : series.thick) range.Include(value_of(point));
    for (const auto& [x, low, high] : series.band) {
      range.Include(value_of(Point{x, low}));
      range.Include(value_of(Point{x, high}));
    }
  }
  if (range.low() == range.high()) range.Include(1);
  return range;
}

}  // namespace

AxisRange RangeOfX(std::span<const ChartSeries> series) {
  return RangeOf(series, [](const Point& point) { return point.x; });
}

AxisRange RangeOfY(std::span<const ChartSeries> series) {
  return RangeOf(series, [](const Point& point) { return point.y; });
}

std::vector<double> SpreadApart(std::span<const double> wanted, double spacing, double low,
                                double high) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [wanted](std::size_t i) { return wanted[i]; });
  std::vector<double> placed(wanted.begin(), wanted.end());
  double least = low;
  for (const std::size_t i : order) {
    placed[i] = std::max(placed[i], least);
    least = placed[i] + spacing;
  }
  double most = high;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    placed[*i] = std::min(placed[*i], most);
    most = placed[*i] - spacing;
  }
  return placed;
}

const Point* EndOf(const ChartSeries& series) {
  if (!series.thick.empty()) return &series.thick.back();
  const Point* end = nullptr;
  for (const auto& line : series.thin) {
    if (!line.empty() && (end == nullptr || line.back().x > end->x)) end = &line.back();
  }
  return end;
}

}  // namespace arcadeq
