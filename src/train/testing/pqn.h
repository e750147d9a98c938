#pragma once

#include "base/settings.h"
#include "config/config.h"

namespace arcadeq::testing {

// Makes a short run learn by PQN, in windows of 16 steps in each of four environments, with
// schedules that end at the run's current limit.
inline void LearnByPqn(Config& config) {
  Settings settings = Declare(config);
  for (const char* assignment :
       {"agent.algorithm=pqn", "agent.loss=squared", "agent.rollout_steps=16", "agent.epochs=2",
        "network.normalisation=channels", "optimizer.algorithm=radam",
        "optimizer.learning_rate_decay_share=1", "policy.epsilon_decay_share=0.5",
        "train.envs=4"}) {
    settings.SetFromAssignment(assignment, "test");
  }
  config.train.schedule_steps = config.ScheduleSteps();
}

}  // namespace arcadeq::testing
