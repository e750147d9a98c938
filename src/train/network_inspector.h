#pragma once

#include <cstdint>

#include "agent/agent.h"
#include "nn/network.h"
#include "record/event.h"
#include "train/effective_rank.h"

namespace arcadeq {

// Inspects an agent's network periodically, on the batches that the agent learns from. Only reads,
// so it changes nothing in a run.
class NetworkInspector {
 public:
  // For batches of up to `batch_size` states. An `every_steps` of 0 means never. `agent` must
  // outlive the inspector.
  NetworkInspector(const Agent& agent, std::int64_t batch_size, std::int64_t every_steps);

  // Whether the update due at `step` is the last one due by some multiple of `every_steps`.
  bool IsDue(std::int64_t step) const;
  // Inspects the agent's last update, which was due at `step`.
  Diagnosis Inspect(std::int64_t step);

 private:
  const Agent& agent_;
  const std::int64_t every_steps_;
  Network::Activations activations_;
  EffectiveRank effective_rank_;
};

}  // namespace arcadeq
