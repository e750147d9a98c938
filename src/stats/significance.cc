#include "stats/significance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.h"
#include "stats/aggregate.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

constexpr double kNormalQuantiles = 1.959964 + 0.841621;  // z_0.975 + z_0.8
constexpr double kFewestRuns = 4;
constexpr double kMostRuns = 1e9;

// The scores of one game, x's first.
struct Labelled {
  std::vector<double> scores;
  std::size_t of_x;

  // Draws without replacement which scores are x's (the first steps of a Fisher-Yates shuffle).
  void Relabel(RandomStream& random) {
    for (std::size_t i = 0; i < of_x; ++i) {
      std::swap(scores[i], scores[i + random.Below(scores.size() - i)]);
    }
  }
  double Difference() const {
    const std::span<const double> all = scores;
    return MeanOf(all.first(of_x)) - MeanOf(all.subspan(of_x));
  }
};

double Difference(const std::vector<Labelled>& games) {
  double sum = 0;
  for (const Labelled& game : games) sum += game.Difference();
  return sum / static_cast<double>(games.size());
}

}  // namespace

double PermutationTest(const GameScores& x, const GameScores& y, int relabellings) {
  std::vector<Labelled> games;
  for (std::size_t game = 0; game < x.size(); ++game) {
    Labelled& added = games.emplace_back(Labelled{x[game], x[game].size()});
    added.scores.insert(added.scores.end(), y[game].begin(), y[game].end());
  }
  // The same sum in another order may differ in its last bits.
  const double observed = std::abs(Difference(games)) * (1 - 1e-12);
  RandomStream random(0, "permutation");
  int as_large = 0;
  for (int i = 0; i < relabellings; ++i) {
    for (Labelled& game : games) game.Relabel(random);
    as_large += std::abs(Difference(games)) >= observed;
  }
  return (as_large + 1.0) / (relabellings + 1.0);
}

std::int64_t RunsNeeded(const GameScores& x, const GameScores& y) {
  const double difference = MeanOverGames(x) - MeanOverGames(y);
  if (difference == 0) return 0;
  double variances = 0;
  for (const GameScores* scores : {&x, &y}) {
    for (const auto& runs : *scores) {
      const double deviation = Summarize(runs).standard_deviation;
      variances += deviation * deviation;
    }
  }
  const double scaled = kNormalQuantiles / (static_cast<double>(x.size()) * difference);
  const double runs = std::ceil(scaled * scaled * variances);
  return static_cast<std::int64_t>(std::clamp(runs, kFewestRuns, kMostRuns));
}

}  // namespace arcadeq
