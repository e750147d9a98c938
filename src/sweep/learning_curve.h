#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "plot/line_chart.h"
#include "plot/svg.h"
#include "record/episode_table.h"

namespace arcadeq {

// For each episode, the mean raw return of the last 100 up to it, or of all while there are fewer.
std::vector<double> MeanReturns(std::span<const EpisodeRow> episodes);

// The x coordinate of an episode.
using CurveAxis = double (*)(const EpisodeRow& episode);

// The mean returns of one run, with x ascending.
std::vector<Point> LearningCurve(std::span<const EpisodeRow> episodes, CurveAxis axis);

// Turns the curves of a variant's runs into a series, sampled at `points` places in [0, end]. Each
// run is a thin line; the thick line and the band are the mean, and its bootstrap interval, of the
// runs in `summed` (indices), where all of these have a value.
ChartSeries MakeSeries(std::string name, std::span<const std::vector<Point>> curves,
                       std::span<const std::size_t> summed, double end, int points);

}  // namespace arcadeq
