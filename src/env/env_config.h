#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/choice.h"
#include "base/random.h"
#include "base/settings.h"
#include "env/env.h"
#include "env/environments.h"

namespace arcadeq {

struct EnvConfig {
  static constexpr std::int64_t kGamesDefault = -1;  // for mode and difficulty

  std::string game = "space_invaders";
  std::string rom;  // a file; empty: found by the game's name (see env/rom.h)
  IntRange frame_skip{2, 4};
  double sticky = 0.25;
  bool max_pool = false;
  std::int64_t noop_max = 0;
  std::int64_t max_frames = 108000;
  std::int64_t mode = kGamesDefault;
  std::int64_t difficulty = kGamesDefault;
  bool full_action_set = false;
  std::string observation = "105x80";
  std::int64_t stack = 3;
  std::string reward_transform = "none";  // "none", "clip" or "root"
  double reward_scale = 1;
  KindSet<EnvMaker> built_in = BuiltInEnvironments();

  // Adds env.game, env.rom, ... with these defaults.
  void Declare(Settings& settings);
  // Throws UserError if the settings contradict each other.
  void Check() const;
  // Whether the game is built in, rather than an Atari game: most settings then have no effect.
  bool is_built_in() const { return built_in.Find(game) != nullptr; }
};

// Makes the environment that `config.game` names: one of config.built_in, or any Atari game. All of
// its randomness, including the emulator's, comes from `random`. Atari environments must not be
// made on two threads at once. Throws UserError if the game or its ROM is not found.
std::unique_ptr<Env> MakeEnv(const EnvConfig& config, RandomStream random);

}  // namespace arcadeq
