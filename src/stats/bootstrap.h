#pragma once

#include <functional>
#include <span>

#include "stats/aggregate.h"

namespace arcadeq {

struct Interval {
  double low = 0;
  double high = 0;
};

// 95 % intervals by the percentile bootstrap (Efron 1979, "Bootstrap Methods: Another Look at the
// Jackknife"): the 2.5 % and 97.5 % percentiles of a statistic over many resamples of the data,
// each as large as the data and drawn from it with replacement. With several games a resample is
// stratified: the runs of a game are drawn from those of the same game, and the games stay (Agarwal
// et al. 2021). With two agents, the runs of each are drawn independently.
//
// Deterministic. Too narrow for few values, which is all that it knows, and of no width for one.

inline constexpr int kResamples = 2000;

// Of the mean.
Interval BootstrapInterval(std::span<const double> values, int resamples = kResamples);

Interval BootstrapInterval(const GameScores& scores,
                           const std::function<double(const GameScores&)>& statistic,
                           int resamples = kResamples);

Interval BootstrapInterval(
    const GameScores& x, const GameScores& y,
    const std::function<double(const GameScores&, const GameScores&)>& statistic,
    int resamples = kResamples);

}  // namespace arcadeq
