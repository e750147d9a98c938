#pragma once

#include <span>

namespace arcadeq {

// The values of a batch's next states: [batch][actions], from the network that selects the action
// and from the one that values it. The three targets differ in which network stands where:
//   vanilla          selector = evaluator = online   (Watkins 1989)
//   target network   selector = evaluator = target   (Mnih et al. 2015)
//   double           selector = online, evaluator = target   (van Hasselt et al. 2016)
struct NextValues {
  std::span<const float> selector;
  std::span<const float> evaluator;
  int num_actions = 0;
};

// y = r_t + discount_t * evaluator(s_t, argmax_a selector(s_t, a)). r_t, discount_t, targets:
// [batch].
void ComputeTargets(const NextValues& next, std::span<const float> r_t,
                    std::span<const float> discount_t, std::span<float> targets);

// The Huber loss of a TD error: quadratic within delta, linear beyond; and its derivative.
float HuberLoss(float td_error, float delta);
float HuberGradient(float td_error, float delta);

}  // namespace arcadeq
