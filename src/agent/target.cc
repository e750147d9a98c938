#include "agent/target.h"

#include <algorithm>
#include <cmath>

#include "agent/actor.h"

namespace arcadeq {

void ComputeTargets(const NextValues& next, std::span<const float> r_t,
                    std::span<const float> discount_t, std::span<float> targets) {
  const auto num_actions = static_cast<std::size_t>(next.num_actions);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const int action = GreedyAction(next.selector.subspan(i * num_actions, num_actions));
    targets[i] = r_t[i] + discount_t[i] * next.evaluator[i * num_actions + action];
  }
}

float HuberLoss(float td_error, float delta) {
  const float size = std::abs(td_error);
  return size <= delta ? 0.5f * td_error * td_error : delta * (size - 0.5f * delta);
}

float HuberGradient(float td_error, float delta) {
  return std::clamp(td_error, -delta, delta);
}

}  // namespace arcadeq
