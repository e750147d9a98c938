#include "agent/insight.h"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "agent/epsilon_greedy.h"
#include "base/frame.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "nn/network.h"

namespace arcadeq {

InsightReader::InsightReader(const Network& network, const Loss& loss)
    : network_(network),
      loss_(loss),
      workspace_(network.MakeWorkspace(1, 0)),
      observation_(network.MakeObservations(1)),
      outputs_(static_cast<std::size_t>(network.shape().outputs())) {}

Insight InsightReader::Read(const Network::Parameters& parameters, const StackView& observation,
                            ThreadPool& pool) {
  network_.Read({&observation, 1}, *observation_, pool);
  network_.Forward(parameters, {*observation_, 0, 1}, *workspace_, pool, outputs_);
  const auto actions = static_cast<std::size_t>(network_.shape().actions);
  const auto atoms = static_cast<std::size_t>(network_.shape().atoms);
  Insight insight;
  std::vector<float> means(atoms);  // over the actions
  for (std::size_t action = 0; action < actions; ++action) {
    const auto outputs = std::span<const float>(outputs_).subspan(action * atoms, atoms);
    insight.values.push_back(loss_.Value(outputs));
    if (auto distribution = loss_.Distribution(outputs)) {
      insight.distributions.push_back(*std::move(distribution));
    }
    for (std::size_t i = 0; i < atoms; ++i) means[i] += outputs[i] / static_cast<float>(actions);
  }
  // The mean of the advantages is 0, so that of the outputs is what the value stream returns.
  if (network_.dueling()) insight.state_value = loss_.Value(means);
  insight.greedy = ChooseGreedily(loss_, outputs_).action;
  return insight;
}

}  // namespace arcadeq
