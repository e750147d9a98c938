#include "agent/agent.h"

#include <string>
#include <type_traits>

namespace arcadeq {

void VisitOptimizer(AgentState& state, const Network& network, Optimizer& optimizer) {
  optimizer.VisitState([&](std::string_view name, auto& value) {
    const std::string full_name = "optimizer_" + std::string(name);
    if constexpr (std::is_same_v<decltype(value), std::int64_t&>) {
      state.values().Count(full_name, value);
    } else {
      state.Parameters(full_name, network, value);
    }
  });
}

}  // namespace arcadeq
