#include "agent/epsilon_greedy.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "nn/network.h"

namespace arcadeq {

GreedyChoice ChooseGreedily(const Loss& loss, std::span<const float> outputs) {
  const auto atoms = static_cast<std::size_t>(loss.atoms());
  GreedyChoice best{0, loss.Value(outputs.first(atoms))};
  for (int action = 1; action * atoms < outputs.size(); ++action) {
    const float value = loss.Value(outputs.subspan(action * atoms, atoms));
    if (value > best.value) best = {action, value};
  }
  return best;
}

EpsilonGreedy::EpsilonGreedy(const Network& network, const Loss& loss,
                             std::vector<RandomStream> random)
    : network_(network),
      loss_(loss),
      random_(std::move(random)),
      greedy_counts_(static_cast<std::size_t>(network.shape().actions)),
      workspace_(network.MakeWorkspace(static_cast<int>(random_.size()), 0)),
      read_(network.MakeObservations(static_cast<int>(random_.size()))),
      outputs_(random_.size() * static_cast<std::size_t>(network.shape().outputs())) {
  greedy_.reserve(random_.size());
  places_.reserve(random_.size());
}

void EpsilonGreedy::Act(const Network::Parameters& parameters, std::span<const int> environments,
                        std::span<const StackView> observations, std::span<const double> epsilons,
                        ThreadPool& pool, std::span<std::int32_t> actions) {
  const auto num_actions = static_cast<std::uint64_t>(network_.shape().actions);
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
  const auto each = static_cast<std::size_t>(network_.shape().outputs());
  const std::span<float> outputs(outputs_.data(), greedy_.size() * each);
  network_.Read(greedy_, *read_, pool);
  network_.Forward(parameters, {*read_, 0, static_cast<int>(greedy_.size())}, *workspace_, pool,
                   outputs);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const int action = ChooseGreedily(loss_, outputs.subspan(i * each, each)).action;
    actions[places_[i]] = action;
    ++greedy_counts_[static_cast<std::size_t>(action)];
  }
}

}  // namespace arcadeq
