#include "stats/aggregate.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>
#include <vector>

#include "stats/score_summary.h"

namespace arcadeq {
namespace {

std::vector<double> MeansOfGames(const GameScores& scores) {
  std::vector<double> means;
  for (const auto& runs : scores) means.push_back(MeanOf(runs));
  return means;
}

// U / (number of pairs) of one game. `y` is sorted.
double ShareOfWins(std::span<const double> x, std::span<const double> y) {
  double wins = 0;
  for (const double score : x) {
    const auto [first, last] = std::equal_range(y.begin(), y.end(), score);
    wins += static_cast<double>(first - y.begin()) + 0.5 * static_cast<double>(last - first);
  }
  return wins / static_cast<double>(x.size()) / static_cast<double>(y.size());
}

}  // namespace

double MeanOverGames(const GameScores& scores) {
  return MeanOf(MeansOfGames(scores));
}

double MedianOverGames(const GameScores& scores) {
  return Summarize(MeansOfGames(scores)).median;
}

double InterquartileMean(const GameScores& scores) {
  std::vector<double> all;
  for (const auto& runs : scores) all.insert(all.end(), runs.begin(), runs.end());
  std::ranges::sort(all);
  const std::size_t dropped = all.size() / 4;
  return MeanOf(std::span(all).subspan(dropped, all.size() - 2 * dropped));
}

double OptimalityGap(const GameScores& scores, double target) {
  GameScores capped = scores;
  for (auto& runs : capped) {
    for (double& score : runs) score = std::min(score, target);
  }
  return target - MeanOverGames(capped);
}

double ProbabilityOfImprovement(const GameScores& x, const GameScores& y) {
  assert(x.size() == y.size());
  std::vector<double> shares;
  for (std::size_t game = 0; game < x.size(); ++game) {
    std::vector<double> sorted = y[game];
    std::ranges::sort(sorted);
    shares.push_back(ShareOfWins(x[game], sorted));
  }
  return MeanOf(shares);
}

}  // namespace arcadeq
