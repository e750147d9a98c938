#include "agent/agent.h"

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

#include "nn/network.h"
#include "nn/optimizer.h"

namespace arcadeq {
namespace {

constexpr double UpdateStats::*kStats[] = {&UpdateStats::loss, &UpdateStats::mean_q,
                                           &UpdateStats::max_q, &UpdateStats::td_error,
                                           &UpdateStats::gradient_norm};
static_assert(sizeof(UpdateStats) == sizeof(double) * std::size(kStats));

}  // namespace

UpdateStats& UpdateStats::operator+=(const UpdateStats& other) {
  for (const auto stat : kStats) this->*stat += other.*stat;
  return *this;
}

UpdateStats& UpdateStats::operator/=(double count) {
  for (const auto stat : kStats) this->*stat /= count;
  return *this;
}

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
