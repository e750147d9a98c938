#pragma once

#include <cstdint>
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

// Plays `episodes` games. Warns if the network is dead, that is, if it preferred the same action in
// all of at least 100 greedy decisions.
Evaluation Evaluate(Player& player, int episodes, double epsilon);

}  // namespace arcadeq
