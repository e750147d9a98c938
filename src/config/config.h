#pragma once

#include <cstdint>
#include <string>

#include "agent/agent_config.h"
#include "base/settings.h"
#include "config/checkpoint_config.h"
#include "config/evaluation_config.h"
#include "env/env_config.h"

namespace arcadeq {

struct TrainConfig {
  // An update of 32 samples is cut into 8 groups (nn/cpu/sample_stage.h): more threads would only
  // wait.
  static constexpr int kUsefulThreads = 8;
  static constexpr std::int64_t kMostThreads = 256, kMostEnvs = 1024;

  std::int64_t seed = 1;
  // The run ends at whichever limit comes first; 0: no limit.
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t episodes = 1500;
  std::int64_t schedule_steps = 0;
  std::int64_t envs = 1;
  bool overlap = true;
  std::int64_t threads = 0;

  void Declare(Settings& settings);  // train.*
  // The number of threads that `threads` requests.
  int ThreadCount() const;
};

struct RecordConfig {
  std::int64_t gif_every_episodes = 50;
  std::int64_t gif_height = 480;
  std::int64_t gif_width = 320;
  std::int64_t weights_every_episodes = 100;
  std::int64_t progress_every_steps = 250;
  std::int64_t diagnostics_every_steps = 1000;

  void Declare(Settings& settings);  // record.*
};

// All settings of a run. The defaults are mostly those of the article; presets list what differs.
struct Config {
  EnvConfig env;
  AgentConfig agent;
  TrainConfig train;
  RecordConfig record;
  CheckpointConfig checkpoint;
  EvaluationConfig evaluation;

  // Throws UserError if settings contradict each other or cannot be written to a config.toml.
  void Check() const;
  // The steps spanned by schedules that are given as a share of the run; 0 if they are unlimited.
  std::int64_t ScheduleSteps() const {
    return train.schedule_steps > 0 ? train.schedule_steps : train.steps;
  }
  // Makes a run keep its present ScheduleSteps(), so that extending it does not stretch schedules.
  void FixScheduleSteps() { train.schedule_steps = ScheduleSteps(); }
};

// The declaration of every setting, bound to `config`, which must outlive the result.
Settings Declare(Config& config);

// All settings as TOML, the content of a run's config.toml. Throws UserError if that could not be
// read back.
std::string ToToml(const Config& config);

}  // namespace arcadeq
