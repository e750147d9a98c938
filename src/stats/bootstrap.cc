#include "stats/bootstrap.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/random.h"
#include "stats/aggregate.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

constexpr double kOutsideEachEnd = 0.025;

void Resample(std::span<const double> values, RandomStream& random, std::span<double> drawn) {
  for (double& value : drawn) value = values[random.Below(values.size())];
}

void Resample(const GameScores& scores, RandomStream& random, GameScores& drawn) {
  for (std::size_t game = 0; game < scores.size(); ++game) {
    Resample(scores[game], random, drawn[game]);
  }
}

// `draw` returns the statistic of a new resample.
template <typename Draw>
Interval IntervalOf(int resamples, Draw draw) {
  RandomStream random(0, "bootstrap");
  std::vector<double> statistics(static_cast<std::size_t>(resamples));
  for (double& statistic : statistics) statistic = draw(random);
  std::ranges::sort(statistics);
  return {Percentile(statistics, kOutsideEachEnd), Percentile(statistics, 1 - kOutsideEachEnd)};
}

}  // namespace

Interval BootstrapInterval(std::span<const double> values, int resamples) {
  std::vector<double> drawn(values.size());
  return IntervalOf(resamples, [&](RandomStream& random) {
    Resample(values, random, drawn);
    return MeanOf(drawn);
  });
}

Interval BootstrapInterval(const GameScores& scores,
                           const std::function<double(const GameScores&)>& statistic,
                           int resamples) {
  GameScores drawn = scores;
  return IntervalOf(resamples, [&](RandomStream& random) {
    Resample(scores, random, drawn);
    return statistic(drawn);
  });
}

Interval BootstrapInterval(
    const GameScores& x, const GameScores& y,
    const std::function<double(const GameScores&, const GameScores&)>& statistic, int resamples) {
  GameScores drawn_x = x, drawn_y = y;
  return IntervalOf(resamples, [&](RandomStream& random) {
    Resample(x, random, drawn_x);
    Resample(y, random, drawn_y);
    return statistic(drawn_x, drawn_y);
  });
}

}  // namespace arcadeq
