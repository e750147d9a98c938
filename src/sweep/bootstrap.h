#pragma once

#include <span>

namespace arcadeq {

struct Interval {
  double low = 0;
  double high = 0;
};

double MeanOf(std::span<const double> values);

// A 95 % interval of the mean: percentiles of the means of many samples drawn with replacement
// (the percentile bootstrap, Efron 1979). Deterministic. Too narrow for few values; needs at least
// two.
Interval BootstrapInterval(std::span<const double> values);

}  // namespace arcadeq
