#include "config/config.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "base/processors.h"
#include "base/settings.h"
#include "config/checkpoint_config.h"
#include "config/evaluation_config.h"

namespace arcadeq {

constexpr std::int64_t kMany = 1'000'000'000'000;

void TrainConfig::Declare(Settings& settings) {
  settings.Add("train.seed", &seed, 0, std::numeric_limits<std::int64_t>::max(),
               "Seed of all random numbers; the same seed gives the same run");
  settings.Add(
      "train.steps", &steps, 0, kMany,
      "Number of decisions after which the run ends; 0: no limit. As with every limit, it "
      "ends with the window that reaches it: the steps from one update to the next, or one "
      "per environment if that is more or train.overlap is false");
  settings.Add("train.frames", &frames, 0, kMany,
               "Number of emulator frames after which the run ends, with the window; 0: no limit");
  settings.Add("train.episodes", &episodes, 0, kMany,
               "Number of episodes after which the run ends, with the window; 0: no limit");
  settings.Add("train.schedule_steps", &schedule_steps, 0, kMany,
               "Steps spanned by schedules that are given as a share of the run; 0: train.steps at "
               "the start of the run. An extended run keeps the schedules' final values");
  settings.Add("train.envs", &envs, 1, kMostEnvs, "Number of environments to play at once");
  settings.Add("train.overlap", &overlap,
               "Keep playing while the agent computes updates; false: alternate");
  settings.Add(
      "train.threads", &threads, 0, kMostThreads,
      "Number of compute threads; 0: one per available processor, at most 8; does not affect "
      "results");
}

int TrainConfig::ThreadCount() const {
  if (threads > 0) return static_cast<int>(threads);
  return std::min(AvailableProcessors(), kUsefulThreads);
}

void RecordConfig::Declare(Settings& settings) {
  settings.Add("record.gif_every_episodes", &gif_every_episodes, 0, kMany,
               "Film one episode in this many, starting with the first; 0: none");
  settings.Add("record.gif_height", &gif_height, 0, 4096,
               "Height of a GIF in pixels; 0: the screen's");
  settings.Add("record.gif_width", &gif_width, 0, 4096,
               "Width of a GIF in pixels; 0: the screen's");
  settings.Add("record.weights_every_episodes", &weights_every_episodes, 0, kMany,
               "Number of episodes between saved weights; 0: save only at the end");
  settings.Add("record.progress_every_steps", &progress_every_steps, 1, kMany,
               "Number of steps between points of the per-step curves");
  settings.Add("record.diagnostics_every_steps", &diagnostics_every_steps, 0, kMany,
               "Number of steps between inspections of the network for dead units and the like; 0: "
               "none");
}

void CheckpointConfig::Declare(Settings& settings) {
  settings.Add("checkpoint.every_steps", &every_steps, 0, kMany,
               "Number of steps between checkpoints; 0: none by steps");
  settings.Add("checkpoint.every_minutes", &every_minutes, 0, 1e6,
               "Minutes between checkpoints; 0: none by time");
  settings.Add("checkpoint.keep", &keep, 1, 1000, "Number of recent checkpoints to keep");
  settings.Add(
      "checkpoint.archive_every_steps", &archive_every_steps, 0, kMany,
      "Also keep the first checkpoint at or after every multiple of this many steps; 0: none");
}

void EvaluationConfig::Declare(Settings& settings) {
  settings.Add(
      "evaluation.every_steps", &every_steps, 0, kMany,
      "Number of steps between evaluations during training, which keep the best weights so "
      "far as weights/best.safetensors; 0: none");
  settings.Add("evaluation.episodes", &episodes, 1, 100'000,
               "Number of games in an evaluation during training");
}

void Config::Check() const {
  env.Check();
  agent.Check();
  if (train.steps == 0 && train.frames == 0 && train.episodes == 0) {
    ThrowUserError(
        "train.steps, train.frames and train.episodes are all 0; set one of them to end the run");
  }
  if (ScheduleSteps() == 0 &&
      (agent.policy.epsilon_decay_share > 0 || agent.optimizer.learning_rate_decay_share > 0)) {
    ThrowUserError(
        "policy.epsilon_decay_share and optimizer.learning_rate_decay_share need "
        "train.schedule_steps or train.steps, but both are 0");
  }
  const std::int64_t least = env.stack + agent.replay.n_step + 1;
  if (agent.replay.capacity / train.envs < least) {
    ThrowUserError(
        "replay.capacity = {}: transitions of {} steps between stacks of {} frames need at least "
        "{} in {} environments",
        agent.replay.capacity, agent.replay.n_step, env.stack, train.envs * least, train.envs);
  }
  ToToml(*this);
}

Settings Declare(Config& config) {
  Settings settings;
  config.env.Declare(settings);
  config.agent.Declare(settings);
  config.train.Declare(settings);
  config.agent.learning.Declare(settings);
  config.record.Declare(settings);
  config.checkpoint.Declare(settings);
  config.evaluation.Declare(settings);
  return settings;
}

std::string ToToml(const Config& config) {
  Config written = config, read;
  std::string toml = Declare(written).ToToml();
  Declare(read).LoadTomlText(toml, "config.toml");
  return toml;
}

}  // namespace arcadeq
