#pragma once

#include <cstdint>

namespace arcadeq {

// How a step ended; see StepResult.
struct StepEnd {
  bool terminated = false;
  bool truncated = false;
  bool life_lost = false;

  bool done() const { return terminated || truncated; }
  bool operator==(const StepEnd&) const = default;
};

// The step from a frame to the next one of the same episode.
struct Step {
  std::int32_t action = 0;
  float reward = 0;
  StepEnd end{};
};

}  // namespace arcadeq
