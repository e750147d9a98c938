#pragma once

#include <cstdint>

#include "base/settings.h"

namespace arcadeq {

struct PolicyConfig {
  double epsilon_start = 1.0;
  double epsilon_end = 0.1;
  std::int64_t epsilon_decay_steps = 450000;
  double epsilon_decay_share = 0;
  double evaluation_epsilon = 0.05;

  void Declare(Settings& settings);  // policy.*
  // Converts epsilon_decay_share, if it is set, to epsilon_decay_steps.
  PolicyConfig Over(std::int64_t schedule_steps) const;
};

// The probability of a random action at a step of the run, counted from 0: 1 for the first
// `random_steps`, then a linear decline from epsilon_start to epsilon_end over epsilon_decay_steps,
// then constant.
class EpsilonSchedule {
 public:
  EpsilonSchedule(const PolicyConfig& config, std::int64_t random_steps)
      : config_(config), random_steps_(random_steps) {}

  double At(std::int64_t step) const;

 private:
  PolicyConfig config_;
  std::int64_t random_steps_;
};

}  // namespace arcadeq
