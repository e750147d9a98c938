#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// Maps the game's reward for a step to the reward that the agent learns from: a transform from
// RewardTransformNames(), then a factor.
class RewardTransform {
 public:
  // Throws std::logic_error for any other name.
  RewardTransform(std::string_view name, double scale);

  float Of(double raw_reward) const { return static_cast<float>(scale_ * function_(raw_reward)); }

 private:
  double (*function_)(double raw_reward);
  double scale_;
};

std::vector<std::string> RewardTransformNames();

}  // namespace arcadeq
