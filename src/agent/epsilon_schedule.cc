#include "agent/epsilon_schedule.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/settings.h"

namespace arcadeq {

void PolicyConfig::Declare(Settings& settings) {
  settings.Add("policy.epsilon_start", &epsilon_start, 0, 1,
               "Probability of a random action (epsilon) when learning starts; until then it is 1");
  settings.Add("policy.epsilon_end", &epsilon_end, 0, 1, "Final probability of a random action");
  settings.Add("policy.epsilon_decay_steps", &epsilon_decay_steps, 1, 1'000'000'000,
               "Number of steps after train.learning_starts over which epsilon falls linearly");
  settings.Add("policy.epsilon_decay_share", &epsilon_decay_share, 0, 1,
               "Share of train.schedule_steps over which epsilon falls; if above 0, it replaces "
               "policy.epsilon_decay_steps");
  settings.Add("policy.evaluation_epsilon", &evaluation_epsilon, 0, 1,
               "Probability of a random action when the weights are evaluated, played or filmed");
}

PolicyConfig PolicyConfig::Over(std::int64_t schedule_steps) const {
  PolicyConfig config = *this;
  if (epsilon_decay_share > 0) {
    const double steps = epsilon_decay_share * static_cast<double>(schedule_steps);
    config.epsilon_decay_steps = std::max<std::int64_t>(std::llround(steps), 1);
  }
  return config;
}

double EpsilonSchedule::At(std::int64_t step) const {
  if (step < random_steps_) return 1.0;
  const double progress = std::min(1.0, static_cast<double>(step - random_steps_) /
                                            static_cast<double>(config_.epsilon_decay_steps));
  return config_.epsilon_start + progress * (config_.epsilon_end - config_.epsilon_start);
}

}  // namespace arcadeq
