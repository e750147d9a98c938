#include "agent/epsilon_schedule.h"

#include <algorithm>

namespace arcadeq {

void PolicyConfig::Declare(Settings& settings) {
  settings.Add(
      "policy.epsilon_start", &epsilon_start, 0, 1,
      "Probability of a random action when learning starts; before, every action is random");
  settings.Add("policy.epsilon_end", &epsilon_end, 0, 1, "Probability of a random action at last");
  settings.Add("policy.epsilon_decay_steps", &epsilon_decay_steps, 1, 1'000'000'000,
               "Steps after train.learning_starts over which epsilon falls linearly");
  settings.Add("policy.evaluation_epsilon", &evaluation_epsilon, 0, 1,
               "Probability of a random action in evaluate and record");
}

double EpsilonSchedule::At(std::int64_t step) const {
  if (step < random_steps_) return 1.0;
  const double progress = std::min(1.0, static_cast<double>(step - random_steps_) /
                                            static_cast<double>(config_.epsilon_decay_steps));
  return config_.epsilon_start + progress * (config_.epsilon_end - config_.epsilon_start);
}

}  // namespace arcadeq
