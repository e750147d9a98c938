#pragma once

#include <span>

namespace arcadeq {

struct ScoreSummary {
  double mean = 0;
  double median = 0;
  double standard_deviation = 0;  // of the sample (n - 1); 0 for one score
  double min = 0;
  double max = 0;
};

// `scores` is not empty.
ScoreSummary Summarize(std::span<const double> scores);

// Neither is `values`.
double MeanOf(std::span<const double> values);

// The value below which a share `fraction` in [0, 1] of `sorted` lies, interpolated linearly
// between neighbours as by NumPy: at the position fraction * (n - 1), counted from 0. Not empty,
// ascending.
double Percentile(std::span<const double> sorted, double fraction);

}  // namespace arcadeq
