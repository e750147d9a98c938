#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "train/player.h"

namespace arcadeq {

// The raw scores of whole games, in the order of play.
struct Evaluation {
  std::vector<double> scores;
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t truncated = 0;  // games cut short by a limit
  std::vector<std::string> warnings;
};

struct ScoreSummary {
  double mean = 0;
  double median = 0;
  double standard_deviation = 0;  // of the sample (n - 1); 0 for one score
  double min = 0;
  double max = 0;
};

// Plays `episodes` games. Warns if the network is dead, that is, if it preferred the same action in
// all of at least 100 greedy decisions.
Evaluation Evaluate(Player& player, int episodes, double epsilon);

// `scores` must not be empty.
ScoreSummary Summarize(std::span<const double> scores);

}  // namespace arcadeq
