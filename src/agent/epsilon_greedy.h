#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/frame.h"
#include "base/random.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "nn/network.h"

namespace arcadeq {

// The action of the greatest value, the first of equals. outputs: [actions][loss.atoms()].
int GreedyAction(const Loss& loss, std::span<const float> outputs);
// Q(s, action).
float ActionValue(const Loss& loss, std::span<const float> outputs, int action);

// Epsilon-greedy actions in one or more environments, with one pass of the network for all of them.
// Each environment has a stream of random numbers of its own, so that what is done in one does not
// depend on the others. Whether an action is random is drawn before anything is computed: random
// actions cost nothing.
class EpsilonGreedy {
 public:
  // One stream for each environment. `network` and `loss` must outlive this object.
  EpsilonGreedy(const Network& network, const Loss& loss, std::vector<RandomStream> random);

  // An action for each of `observations`, whose frames need to hold for the call only.
  // environments[i] is the environment that observation i is of, epsilons[i] the probability that
  // its action is random.
  void Act(const Network::Parameters& parameters, std::span<const int> environments,
           std::span<const StackView> observations, std::span<const double> epsilons,
           ThreadPool& pool, std::span<std::int32_t> actions);

  // How often each action was taken because its value is the greatest.
  std::span<const std::int64_t> greedy_counts() const { return greedy_counts_; }

  // By environment.
  std::span<RandomStream> random() { return random_; }

 private:
  const Network& network_;
  const Loss& loss_;
  std::vector<RandomStream> random_;
  std::vector<std::int64_t> greedy_counts_;  // by action
  std::unique_ptr<Network::Workspace> workspace_;
  std::unique_ptr<Network::Observations> read_;
  // The observations whose actions are greedy, their places among all, and their outputs.
  std::vector<StackView> greedy_;
  std::vector<std::size_t> places_;
  std::vector<float> outputs_;  // [greedy][actions][atoms]
};

}  // namespace arcadeq
