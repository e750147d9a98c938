#include "stats/score_summary.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace arcadeq {

ScoreSummary Summarize(std::span<const double> scores) {
  std::vector<double> sorted(scores.begin(), scores.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  ScoreSummary summary;
  summary.mean = MeanOf(sorted);
  summary.median = Percentile(sorted, 0.5);
  double squares = 0;
  for (double score : sorted) squares += (score - summary.mean) * (score - summary.mean);
  summary.standard_deviation = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
  summary.min = sorted.front();
  summary.max = sorted.back();
  return summary;
}

double MeanOf(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double Percentile(std::span<const double> sorted, double fraction) {
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace arcadeq
