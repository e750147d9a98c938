#include "agent/agent.h"

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/state.h"
#include "nn/network.h"
#include "nn/optimizer.h"

namespace arcadeq {
namespace {

struct Stat {
  const char* name;
  double UpdateStats::*field;
};
constexpr Stat kStats[] = {{"loss", &UpdateStats::loss},
                           {"mean_q", &UpdateStats::mean_q},
                           {"max_q", &UpdateStats::max_q},
                           {"td_error", &UpdateStats::td_error},
                           {"gradient_norm", &UpdateStats::gradient_norm}};
static_assert(sizeof(UpdateStats) == sizeof(double) * std::size(kStats));

}  // namespace

UpdateStats& UpdateStats::operator+=(const UpdateStats& other) {
  for (const Stat& stat : kStats) this->*stat.field += other.*stat.field;
  return *this;
}

UpdateStats& UpdateStats::operator/=(double count) {
  for (const Stat& stat : kStats) this->*stat.field /= count;
  return *this;
}

void UpdateStats::VisitState(State& state) {
  for (const Stat& stat : kStats) state.Value(stat.name, this->*stat.field);
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
