#include "train/evaluation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace arcadeq {

Evaluation Evaluate(Player& player, int episodes, double epsilon) {
  Evaluation evaluation;
  for (const EpisodeResult& episode : player.Play(episodes, epsilon)) {
    evaluation.scores.push_back(episode.raw_return);
    evaluation.steps += episode.steps;
    evaluation.frames += episode.frames;
    evaluation.truncated += episode.truncated;
  }
  return evaluation;
}

ScoreSummary Summarize(std::span<const double> scores) {
  std::vector<double> sorted(scores.begin(), scores.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  ScoreSummary summary;
  summary.mean = std::reduce(sorted.begin(), sorted.end()) / n;
  const std::size_t middle = sorted.size() / 2;
  summary.median =
      sorted.size() % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
  double squares = 0;
  for (double score : sorted) squares += (score - summary.mean) * (score - summary.mean);
  summary.standard_deviation = n > 1 ? std::sqrt(squares / (n - 1)) : 0;
  summary.min = sorted.front();
  summary.max = sorted.back();
  return summary;
}

}  // namespace arcadeq
