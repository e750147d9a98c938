#pragma once

#include <cstdint>
#include <memory>

#include "agent/epsilon_schedule.h"
#include "base/choice.h"
#include "base/frame.h"
#include "base/settings.h"
#include "loss/loss.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/replay_config.h"
#include "replay/transition.h"

namespace arcadeq {

class Agent;
struct AgentContext;
using AgentMaker = std::unique_ptr<Agent>(const AgentContext&);

// Every algorithm's name, and the function that makes its kind.
#define ARCADEQ_AGENTS(AGENT) \
  AGENT(dqn, DqnKind)         \
  AGENT(pqn, PqnKind)

Choice<AgentMaker> AgentChoice();

// When to learn from a replay, and from how many transitions at once.
struct LearningConfig {
  static constexpr std::int64_t kLargestBatch = 4096;

  std::int64_t starts = 50000;     // train.learning_starts
  std::int64_t update_period = 1;  // train.update_period
  std::int64_t batch_size = 32;    // train.batch_size

  void Declare(Settings& settings);
};

// The settings of an agent: its algorithm and everything that it is built from.
struct AgentConfig {
  Choice<AgentMaker> algorithm = AgentChoice();
  Choice<LossMaker> loss = LossChoice("huber");
  double gamma = 0.99;
  bool value_rescaling = false;
  bool terminal_on_life_loss = false;
  NetworkConfig network;
  OptimizerConfig optimizer;
  PolicyConfig policy;
  ReplayConfig replay;
  LearningConfig learning;

  // How the replay forms transitions.
  TransitionRule Rule() const { return replay.Rule(gamma, terminal_on_life_loss); }
  // The network from stacks of `stack` frames to the outputs that the loss needs for each action.
  // Throws UserError as MakeNetwork() does.
  std::unique_ptr<Network> MakeQNetwork(const FrameFormat& frame, int stack, int actions) const;

  void Declare(Settings& settings);
  // Throws UserError if the settings contradict each other.
  void Check() const;
};

}  // namespace arcadeq
