#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "train/config.h"
#include "train/player.h"

namespace arcadeq {

// Options of the commands that play with a run's weights.
struct RunOptions {
  std::string run;
  std::string weights;
  std::string rom;
  std::int64_t seed = 1;
  std::int64_t envs = 1;
  double epsilon = -1;  // negative: policy.evaluation_epsilon

  void AddTo(CLI::App& command);
};

// A run's weights, ready to play. Throws UserError.
struct LoadedRun {
  Config config;
  std::string weights;
  double epsilon = 0;
  std::unique_ptr<Player> player;
};

LoadedRun LoadRun(const RunOptions& options);

}  // namespace arcadeq
