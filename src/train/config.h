#pragma once

#include <cstdint>

#include "agent/epsilon_schedule.h"
#include "agent/learner.h"
#include "base/settings.h"
#include "env/env_config.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/replay_config.h"
#include "train/checkpoint_config.h"

namespace arcadeq {

struct TrainConfig {
  std::int64_t seed = 1;
  // The run ends at whichever comes first; 0: no such limit.
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t episodes = 1500;
  std::int64_t learning_starts = 50000;
  std::int64_t update_period = 1;
  std::int64_t batch_size = 32;
  std::int64_t envs = 1;
  bool overlap = true;
  std::int64_t threads = 0;

  void Declare(Settings& settings);  // train.*
  // The threads that `threads` asks for.
  int ThreadCount() const;
};

struct RecordConfig {
  std::int64_t gif_every_episodes = 50;
  std::int64_t gif_height = 480;
  std::int64_t gif_width = 320;
  std::int64_t weights_every_episodes = 100;
  std::int64_t progress_every_steps = 250;

  void Declare(Settings& settings);  // record.*
};

// Everything that decides what a run does. The defaults are the `tutorial` preset.
struct Config {
  EnvConfig env;
  ReplayConfig replay;
  NetworkConfig network;
  AgentConfig agent;
  OptimizerConfig optimizer;
  PolicyConfig policy;
  TrainConfig train;
  RecordConfig record;
  CheckpointConfig checkpoint;

  // How the replay forms transitions.
  TransitionRule Rule() const { return replay.Rule(agent.gamma, agent.terminal_on_life_loss); }
  // Throws UserError for settings that contradict each other.
  void Check() const;
};

// The declaration of every setting, bound to `config`, which must outlive the result.
Settings Declare(Config& config);

}  // namespace arcadeq
