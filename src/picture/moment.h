#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/frame.h"
#include "base/histogram.h"

namespace arcadeq {

// A moment of a game: what its player sees, and what an agent thinks of it.
struct Moment {
  std::int64_t step = 0;  // decisions before it: of the game, or of the run that trains
  double score = 0;
  int lives = 0;  // 0: the game has none
  double epsilon = 0;

  std::vector<std::string> actions;      // names
  std::vector<float> values;             // Q(s, a), by action
  std::optional<float> state_value;      // V(s), if the network is dueling
  std::vector<Histogram> distributions;  // of the values, by action; empty if they have none
  int greedy = 0;                        // the action that the agent prefers
  int taken = -1;                        // the action taken; -1: not known yet

  // What the network sees, oldest frame first.
  FrameFormat format;
  std::vector<std::vector<std::uint8_t>> frames;

  // The approximate memory usage.
  std::size_t bytes() const {
    std::size_t sum = sizeof(*this) + frames.size() * format.bytes();
    for (const Histogram& each : distributions) sum += each.shares.size() * sizeof(float);
    return sum;
  }
};

}  // namespace arcadeq
