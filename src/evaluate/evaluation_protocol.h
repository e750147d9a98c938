#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "env/env_config.h"

namespace arcadeq {

// Protocols define how games are played to be scored; scores by different protocols cannot be
// compared. This is the name of the protocol that a run's own settings define.
inline constexpr std::string_view kTrainingProtocol = "training";

// kTrainingProtocol and the published ones.
std::vector<std::string> EvaluationProtocolNames();

// Makes `config` play by the protocol: changes the settings of the environment that it fixes, and
// policy.evaluation_epsilon. Nothing else, such as the frame skip, changes: that is the agent's.
// Throws UserError for an unknown name, and for a game other than an Atari game, to which only
// kTrainingProtocol applies.
void ApplyProtocol(std::string_view name, Config& config);

// What decides a game besides the agent, for people: "sticky actions 0.25, no no-ops, at most
// 108,000 frames", and the mode and the difficulty if they are not the game's default.
std::string DescribeGames(const EnvConfig& config);

}  // namespace arcadeq
