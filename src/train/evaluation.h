#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/player.h"

namespace arcadeq {

// The raw scores of whole games, in the order they were played.
struct Evaluation {
  std::vector<double> scores;
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t truncated = 0;  // games that a limit cut short
  std::vector<std::string> warnings;
};

struct ScoreSummary {
  double mean = 0;
  double median = 0;
  double standard_deviation = 0;  // of the sample (n - 1); 0 for one score
  double min = 0;
  double max = 0;
};

// Warns of a network that is dead: whatever it saw in at least 100 greedy decisions, it preferred
// one and the same action.
Evaluation Evaluate(Player& player, int episodes, double epsilon);

// `scores` is not empty.
ScoreSummary Summarize(std::span<const double> scores);

}  // namespace arcadeq
