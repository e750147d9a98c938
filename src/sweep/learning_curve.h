#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "plot/line_chart.h"
#include "plot/svg.h"
#include "record/episode_table.h"

namespace arcadeq {

// Learning curves are means over this many episodes.
inline constexpr std::size_t kLastEpisodes = 100;

// The raw returns of a run's last episodes: its score in training.
std::vector<double> LastReturns(std::span<const EpisodeRow> episodes);

// For each episode, the mean raw return of the last 100 up to it, or of all while there are fewer.
std::vector<double> MeanReturns(std::span<const EpisodeRow> episodes);

// What curves are drawn over, in a unit that keeps the numbers short.
struct CurveAxis {
  double Of(const EpisodeRow& episode) const { return count(episode) / unit; }

  double (*count)(const EpisodeRow& episode);
  double unit;
  std::string label;  // "million frames"
};

// For curves that reach up to `most` steps or frames.
CurveAxis StepsAxis(std::int64_t most);
CurveAxis FramesAxis(std::int64_t most);
CurveAxis MinutesAxis();

// The mean returns of one run, with x ascending.
std::vector<Point> LearningCurve(std::span<const EpisodeRow> episodes, const CurveAxis& axis);

// Turns the curves of a variant's runs into a series, sampled at `points` places in [0, end]. Each
// run is a thin line; the thick line and the band are the mean, and its bootstrap interval, of the
// runs in `summed` (indices), where all of these have a value.
ChartSeries MakeSeries(std::string name, std::span<const std::vector<Point>> curves,
                       std::span<const std::size_t> summed, double end, int points);

}  // namespace arcadeq
