#pragma once

#include <cstdint>

#include "replay/step.h"

namespace arcadeq {

// Identifies a transition for the whole run, across checkpoints: the environment and the number of
// the transition's first step, counted from 0 in that environment. Never reused.
struct TransitionId {
  std::int32_t env = 0;
  std::int64_t step = 0;

  bool operator==(const TransitionId&) const = default;
};

// Steps [begin, end) of one environment.
struct StepRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t size() const { return end - begin; }
  bool Contains(std::int64_t step) const { return begin <= step && step < end; }
  bool operator==(const StepRange&) const = default;
};

// How steps form a transition (Sutton & Barto 2018, 7.1):
//   r_t = sum_{k < n} gamma^k R_{t+k},   discount_t = gamma^n, or 0 where the return ends
// where R_t is the first step's reward and s_t the state after the n-th step. n is n_step, or less
// if the return or the episode ends earlier.
struct TransitionRule {
  double gamma = 0.99;
  int n_step = 1;  // at least 1
  bool terminal_on_life_loss = false;

  // A truncation does not end it: the value of s_t stands for the rest of the return.
  bool EndsReturn(const StepEnd& end) const {
    return end.terminated || (terminal_on_life_loss && end.life_lost);
  }
  // No transition continues past this step.
  bool EndsTransition(const StepEnd& end) const { return end.truncated || EndsReturn(end); }
};

}  // namespace arcadeq
