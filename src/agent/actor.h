#pragma once

#include <span>
#include <vector>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "nn/network.h"

namespace arcadeq {

// The first of the largest values.
int GreedyAction(std::span<const float> q);

// The behaviour policy: epsilon-greedy on a network's values. Draws from its own stream; whether an
// action is random is drawn before anything is computed, so that random actions cost nothing.
class Actor {
 public:
  // `network` and `pool` must outlive the actor.
  Actor(const QNetwork& network, ThreadPool& pool, RandomStream random);

  // `parameters` as of now; the observation's frames need to hold for the call only.
  int Act(std::span<const float> parameters, const StackView& observation, double epsilon);

 private:
  const QNetwork& network_;
  ThreadPool& pool_;
  RandomStream random_;
  QNetwork::WorkspacePtr workspace_;
  std::vector<float> q_;
};

}  // namespace arcadeq
