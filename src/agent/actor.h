#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "nn/network.h"

namespace arcadeq {

// The first of the largest values.
int GreedyAction(std::span<const float> q);

// The behaviour policy in one or more environments: epsilon-greedy on a network's values, all of
// them with one pass of the network. Each environment has a stream of random numbers of its own, so
// that what is done in one does not depend on the others. Whether an action is random is drawn
// before anything is computed: random actions cost nothing.
class Actor {
 public:
  // One stream for each environment. `network` must outlive the actor.
  Actor(const Network& network, std::vector<RandomStream> random);

  // An action for each of `observations`, whose frames need to hold for the call only;
  // environments[i] is the environment that observation i is of, epsilons[i] the probability that
  // its action is random. `parameters` as of now.
  void Act(const Network::Parameters& parameters, std::span<const int> environments,
           std::span<const StackView> observations, std::span<const double> epsilons,
           ThreadPool& pool, std::span<std::int32_t> actions);

  // How often each action was taken because its value is the largest.
  std::span<const std::int64_t> greedy_counts() const { return greedy_counts_; }

  // By environment.
  std::span<RandomStream> random() { return random_; }
  std::span<const RandomStream> random() const { return random_; }

 private:
  const Network& network_;
  std::vector<RandomStream> random_;
  std::vector<std::int64_t> greedy_counts_;  // by action
  std::unique_ptr<Network::Workspace> workspace_;
  std::unique_ptr<Network::Observations> read_;
  // Of the observations whose action is greedy.
  std::vector<StackView> greedy_;
  std::vector<std::size_t> places_;
  std::vector<float> q_;  // [greedy][actions]
};

}  // namespace arcadeq
