#include "train/network_inspector.h"

#include <algorithm>
#include <cstdint>

#include "agent/agent.h"
#include "base/profile.h"
#include "record/event.h"

namespace arcadeq {
namespace {

// Bounds the memory and the time that an inspection takes.
constexpr std::int64_t kMaxStates = 256;

}  // namespace

NetworkInspector::NetworkInspector(const Agent& agent, std::int64_t batch_size,
                                   std::int64_t every_steps)
    : agent_(agent),
      every_steps_(every_steps),
      activations_(
          agent.network().MakeActivations(static_cast<int>(std::min(batch_size, kMaxStates)))),
      effective_rank_(activations_.max_states, activations_.features_per_state) {}

bool NetworkInspector::IsDue(std::int64_t step) const {
  return every_steps_ > 0 &&
         (agent_.NextUpdate(step) - 1) / every_steps_ > (step - 1) / every_steps_;
}

Diagnosis NetworkInspector::Inspect(std::int64_t step) {
  const ProfileScope scope("inspect");
  agent_.Inspect(activations_);
  Diagnosis diagnosis;
  diagnosis.step = step;
  for (const auto& layer : activations_.layers) {
    diagnosis.dead_units.push_back({layer.name, layer.DeadShare()});
  }
  diagnosis.effective_rank = effective_rank_.Of(activations_.features);
  return diagnosis;
}

}  // namespace arcadeq
