#include "evaluate/evaluation_protocol.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/ranges.h>

#include "base/error.h"
#include "base/quantity_text.h"
#include "config/config.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kHalfAnHour = 108'000;  // frames

struct EvaluationProtocol {
  std::string_view name;
  double sticky;
  std::int64_t noop_max;
  std::int64_t max_frames;
  double epsilon;
};

constexpr auto kProtocols = std::to_array<EvaluationProtocol>({
    // Machado et al. 2018.
    {.name = "sticky", .sticky = 0.25, .noop_max = 0, .max_frames = kHalfAnHour, .epsilon = 0.001},
    // Mnih et al. 2015, who cut games at 5 minutes; papers since then at 30.
    {.name = "noop", .sticky = 0, .noop_max = 30, .max_frames = kHalfAnHour, .epsilon = 0.05},
    // van Hasselt et al. 2016.
    {.name = "noop-low-epsilon",
     .sticky = 0,
     .noop_max = 30,
     .max_frames = kHalfAnHour,
     .epsilon = 0.001},
});

}  // namespace

std::vector<std::string> EvaluationProtocolNames() {
  std::vector<std::string> names = {std::string(kTrainingProtocol)};
  for (const EvaluationProtocol& protocol : kProtocols) names.emplace_back(protocol.name);
  return names;
}

void ApplyProtocol(std::string_view name, Config& config) {
  if (name == kTrainingProtocol) return;
  const auto protocol = std::ranges::find(kProtocols, name, &EvaluationProtocol::name);
  if (protocol == kProtocols.end()) {
    ThrowUserError("unknown protocol '{}'; there are {}", name,
                   fmt::join(EvaluationProtocolNames(), ", "));
  }
  if (config.env.is_built_in()) {
    ThrowUserError("protocol '{}' is for Atari games; {} has only '{}'", name, config.env.game,
                   kTrainingProtocol);
  }
  config.env.sticky = protocol->sticky;
  config.env.noop_max = protocol->noop_max;
  config.env.max_frames = protocol->max_frames;
  config.agent.policy.evaluation_epsilon = protocol->epsilon;
}

std::string DescribeGames(const EnvConfig& config) {
  const std::string sticky =
      config.sticky > 0 ? fmt::format("sticky actions {}", config.sticky) : "no sticky actions";
  const std::string noops =
      config.noop_max > 0 ? fmt::format("up to {} no-ops", config.noop_max) : "no no-ops";
  const std::string frames = config.max_frames > 0
                                 ? fmt::format("at most {} frames", FormatCount(config.max_frames))
                                 : "no limit on frames";
  std::string games = fmt::format("{}, {}, {}", sticky, noops, frames);
  if (config.mode != EnvConfig::kGamesDefault) games += fmt::format(", mode {}", config.mode);
  if (config.difficulty != EnvConfig::kGamesDefault) {
    games += fmt::format(", difficulty {}", config.difficulty);
  }
  return games;
}

}  // namespace arcadeq
