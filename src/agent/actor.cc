#include "agent/actor.h"

#include <algorithm>

namespace arcadeq {

int GreedyAction(std::span<const float> q) {
  return static_cast<int>(std::ranges::max_element(q) - q.begin());
}

Actor::Actor(const Network& network, std::vector<RandomStream> random)
    : network_(network),
      random_(std::move(random)),
      greedy_counts_(static_cast<std::size_t>(network.shape().actions)),
      workspace_(network.MakeWorkspace(static_cast<int>(random_.size()), 0)),
      read_(network.MakeObservations(static_cast<int>(random_.size()))),
      q_(random_.size() * static_cast<std::size_t>(network.shape().actions)) {
  greedy_.reserve(random_.size());
  places_.reserve(random_.size());
}

void Actor::Act(const Network::Parameters& parameters, std::span<const int> environments,
                std::span<const StackView> observations, std::span<const double> epsilons,
                ThreadPool& pool, std::span<std::int32_t> actions) {
  const auto num_actions = static_cast<std::size_t>(network_.shape().actions);
  greedy_.clear();
  places_.clear();
  for (std::size_t i = 0; i < observations.size(); ++i) {
    RandomStream& random = random_[static_cast<std::size_t>(environments[i])];
    if (random.Bernoulli(epsilons[i])) {
      actions[i] = static_cast<std::int32_t>(random.Below(num_actions));
    } else {
      greedy_.push_back(observations[i]);
      places_.push_back(i);
    }
  }
  if (greedy_.empty()) return;
  const std::span<float> q(q_.data(), greedy_.size() * num_actions);
  network_.Read(greedy_, *read_, pool);
  network_.Forward(parameters, {*read_, 0, static_cast<int>(greedy_.size())}, *workspace_, pool, q);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const int action = GreedyAction(q.subspan(i * num_actions, num_actions));
    actions[places_[i]] = action;
    ++greedy_counts_[static_cast<std::size_t>(action)];
  }
}

}  // namespace arcadeq
