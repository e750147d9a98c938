#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "env/env_config.h"
#include "train/config.h"

namespace arcadeq {

// How games are played to be scored. Scores by different protocols cannot be compared.
struct EvaluationProtocol {
  std::string_view name;
  std::string_view source;
  double sticky;
  std::int64_t noop_max;
  std::int64_t max_frames;
  double epsilon;
};

// The name of the protocol that a run's own settings define.
inline constexpr std::string_view kTrainingProtocol = "training";

// kTrainingProtocol and the published ones.
std::vector<std::string> EvaluationProtocolNames();

// Makes `config` play by the protocol: changes the settings of the environment that it fixes, and
// policy.evaluation_epsilon. Nothing else, such as the frame skip, changes: that is the agent's.
// Throws UserError for an unknown name, and for a game other than an Atari game, to which only
// kTrainingProtocol applies.
void ApplyProtocol(std::string_view name, Config& config);

// What decides a game besides the agent, for people: "sticky actions 0.25, no no-ops, at most
// 108,000 frames".
std::string DescribeGames(const EnvConfig& config);

}  // namespace arcadeq
