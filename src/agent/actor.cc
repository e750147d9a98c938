#include "agent/actor.h"

#include <algorithm>

namespace arcadeq {

int GreedyAction(std::span<const float> q) {
  return static_cast<int>(std::ranges::max_element(q) - q.begin());
}

Actor::Actor(const QNetwork& network, ThreadPool& pool, RandomStream random)
    : network_(network),
      pool_(pool),
      random_(random),
      workspace_(network.MakeWorkspace(1)),
      q_(static_cast<std::size_t>(network.num_actions())) {}

int Actor::Act(std::span<const float> parameters, const StackView& observation, double epsilon) {
  if (random_.Bernoulli(epsilon)) {
    return static_cast<int>(random_.Below(static_cast<std::uint64_t>(network_.num_actions())));
  }
  network_.Forward(parameters, {&observation, 1}, *workspace_, pool_, q_);
  return GreedyAction(q_);
}

}  // namespace arcadeq
