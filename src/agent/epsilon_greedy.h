#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "nn/network.h"

namespace arcadeq {

struct GreedyChoice {
  int action = 0;
  float value = 0;  // Q(s, action)
};

// The action with the greatest value, the first if several have it. `outputs` is
// [actions][loss.atoms()].
GreedyChoice ChooseGreedily(const Loss& loss, std::span<const float> outputs);

// Chooses epsilon-greedy actions for several environments in one pass of the network. Each
// environment has its own random stream, so that its actions do not depend on the other
// environments. Whether an action is random is drawn before the pass: random actions cost nothing.
class EpsilonGreedy {
 public:
  // One stream for each environment. `network` and `loss` must outlive this object.
  EpsilonGreedy(const Network& network, const Loss& loss, std::vector<RandomStream> random);

  // Chooses an action for each of `observations`, whose frames need only be valid during the call.
  // environments[i] is the environment of observation i, epsilons[i] the probability that its
  // action is random.
  void Act(const Network::Parameters& parameters, std::span<const int> environments,
           std::span<const StackView> observations, std::span<const double> epsilons,
           ThreadPool& pool, std::span<std::int32_t> actions);

  // How often each action was chosen greedily.
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
  // The observations whose actions are greedy, their indices among all, and their outputs.
  std::vector<StackView> greedy_;
  std::vector<std::size_t> places_;
  std::vector<float> outputs_;  // [greedy][actions][atoms]
};

}  // namespace arcadeq
