#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/frame.h"
#include "base/histogram.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "nn/network.h"

namespace arcadeq {

// What an agent thinks of an observation, for people to see.
struct Insight {
  std::vector<float> values;         // Q(s, a), by action
  std::optional<float> state_value;  // V(s), if the network is dueling
  // Of the values, by action; empty unless the loss learns distributions.
  std::vector<Histogram> distributions;
  int greedy = 0;  // the action with the greatest value
};

// Asks a network what it thinks. Changes nothing that an agent does.
class InsightReader {
 public:
  // `network` and `loss` must outlive this object.
  InsightReader(const Network& network, const Loss& loss);

  // The observation's frames need only be valid during the call.
  Insight Read(const Network::Parameters& parameters, const StackView& observation,
               ThreadPool& pool);

 private:
  const Network& network_;
  const Loss& loss_;
  std::unique_ptr<Network::Workspace> workspace_;
  std::unique_ptr<Network::Observations> observation_;
  std::vector<float> outputs_;  // [actions][atoms]
};

}  // namespace arcadeq
