#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "config/config.h"
#include "evaluate/evaluation_protocol.h"
#include "evaluate/player.h"

namespace arcadeq {

// Options of the commands that play with a run's weights.
struct RunOptions {
  std::string run;
  std::string weights;
  std::string rom;
  std::int64_t seed = 1;
  std::int64_t number = 1;  // of the game to play, or of the first
  std::string protocol{kTrainingProtocol};
  std::int64_t envs = 0;     // 0: 1, or as ChooseConcurrency() does
  std::int64_t threads = 0;  // 0: as many as the run was trained with
  double epsilon = -1;       // negative: the protocol's

  void AddTo(CLI::App& command);
  // Also --number, for commands that need not begin with the first game.
  CLI::Option* AddNumberTo(CLI::App& command, const std::string& help);
};

// For a command that plays many games: plays them at once, on all processors, unless its options
// say otherwise.
void ChooseConcurrency(std::int64_t games, RunOptions& options);

// A run's weights, ready to play. Throws UserError.
struct LoadedRun {
  Config config;  // as the games are played
  std::string weights;
  // About how many frames of an Atari game the weights were trained for: their step times the mean
  // frame skip. Unknown if their file states no step.
  std::optional<std::int64_t> training_frames;
  double epsilon = 0;
  std::unique_ptr<Player> player;
};

LoadedRun LoadRun(const RunOptions& options);

}  // namespace arcadeq
