#include "sweep/learning_curve.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "plot/line_chart.h"
#include "plot/svg.h"
#include "record/episode_table.h"
#include "stats/bootstrap.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

// The value of the last episode up to x; none outside the curve.
std::optional<double> ValueAt(std::span<const Point> curve, double x) {
  const auto next = std::ranges::upper_bound(curve, x, {}, &Point::x);
  if (next == curve.begin() || x > curve.back().x) return std::nullopt;
  return std::prev(next)->y;
}

// A count in a unit that keeps numbers up to `most` short.
CurveAxis CountAxis(double (*count)(const EpisodeRow&), std::int64_t most, std::string_view what) {
  if (most >= 2'000'000) return {count, 1e6, fmt::format("million {}", what)};
  if (most >= 2'000) return {count, 1e3, fmt::format("thousand {}", what)};
  return {count, 1, std::string(what)};
}

}  // namespace

std::vector<double> LastReturns(std::span<const EpisodeRow> episodes) {
  std::vector<double> returns;
  for (const EpisodeRow& episode : episodes.last(std::min(episodes.size(), kLastEpisodes))) {
    returns.push_back(episode.raw_return);
  }
  return returns;
}

CurveAxis StepsAxis(std::int64_t most) {
  return CountAxis([](const EpisodeRow& row) { return static_cast<double>(row.step); }, most,
                   "steps");
}

CurveAxis FramesAxis(std::int64_t most) {
  return CountAxis([](const EpisodeRow& row) { return static_cast<double>(row.frame); }, most,
                   "frames");
}

CurveAxis MinutesAxis() {
  return {[](const EpisodeRow& row) { return row.wall_seconds; }, 60, "minutes of training"};
}

std::vector<double> MeanReturns(std::span<const EpisodeRow> episodes) {
  std::vector<double> means;
  means.reserve(episodes.size());
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    const std::size_t first = i + 1 - std::min(i + 1, kLastEpisodes);
    double sum = 0;
    for (const EpisodeRow& episode : episodes.subspan(first, i + 1 - first)) {
      sum += episode.raw_return;
    }
    means.push_back(sum / static_cast<double>(i + 1 - first));
  }
  return means;
}

std::vector<Point> LearningCurve(std::span<const EpisodeRow> episodes, const CurveAxis& axis) {
  const std::vector<double> means = MeanReturns(episodes);
  std::vector<Point> curve;
  curve.reserve(means.size());
  for (std::size_t i = 0; i < means.size(); ++i) curve.push_back({axis.Of(episodes[i]), means[i]});
  return curve;
}

ChartSeries MakeSeries(std::string name, std::span<const std::vector<Point>> curves,
                       std::span<const std::size_t> summed, double end, int points) {
  ChartSeries series{.name = std::move(name), .thin = {}, .thick = {}, .band = {}};
  series.thin.resize(curves.size());
  for (int i = 0; i < points; ++i) {
    const double x = end * i / (points - 1);
    for (std::size_t curve = 0; curve < curves.size(); ++curve) {
      if (const auto y = ValueAt(curves[curve], x)) series.thin[curve].push_back({x, *y});
    }
    std::vector<double> values;
    for (const std::size_t curve : summed) {
      if (const auto y = ValueAt(curves[curve], x)) values.push_back(*y);
    }
    if (values.empty() || values.size() < summed.size()) continue;
    series.thick.push_back({x, MeanOf(values)});
    if (values.size() < 2) continue;
    const Interval interval = BootstrapInterval(values);
    series.band.push_back({x, interval.low, interval.high});
  }
  std::erase_if(series.thin, [](const auto& line) { return line.empty(); });
  return series;
}

}  // namespace arcadeq
