#include "env/env_config.h"

#include <limits>
#include <memory>

#include <fmt/ranges.h>

#include "base/error.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/settings.h"
#include "env/atari.h"
#include "env/env.h"
#include "env/reward.h"
#include "env/rom.h"

namespace arcadeq {

void EnvConfig::Declare(Settings& settings) {
  settings.Add("env.game", &game, {},
               fmt::format("Name of an Atari game's ROM (space_invaders, breakout, ms_pacman, "
                           "...), or a small built-in environment, for which settings of Atari "
                           "games have no effect: {}",
                           fmt::join(built_in.names(), ", ")));
  settings.Add(
      "env.rom", &rom, {},
      "File of the game's ROM; empty: GAME.bin in the directory named by the environment variable "
      "ARCADEQ_ROMS, else among the emulator's ROMs, else in an installed Python package ale_py");
  settings.Add("env.frame_skip", &frame_skip, 1, 60,
               "Number of emulator frames for which each action is held; with a range such as 2-4, "
               "drawn uniformly at each step");
  settings.Add("env.sticky", &sticky, 0.0, 0.99,
               "Sticky actions: probability, at each emulator frame, that the previous action is "
               "repeated instead of the new one");
  settings.Add(
      "env.max_pool", &max_pool,
      "Use the pixel-wise maximum of the step's last two emulator frames instead of the last one");
  settings.Add("env.noop_max", &noop_max, 0, 1000,
               "An episode begins with 1 to this many emulator frames without action, drawn "
               "uniformly; 0: none");
  settings.Add(
      "env.max_frames", &max_frames, 0, std::numeric_limits<int>::max(),
      "Emulator frames, including no-ops, after which an episode is truncated; 0: no limit");
  settings.Add("env.mode", &mode, EnvConfig::kGamesDefault, 65535,
               "Game mode, by the emulator's numbering; -1: the game's default");
  settings.Add("env.difficulty", &difficulty, EnvConfig::kGamesDefault, 65535,
               "Position of the console's difficulty switches, by the emulator's numbering; -1: "
               "the game's default");
  settings.Add("env.full_action_set", &full_action_set,
               "Use all 18 joystick actions instead of only those that matter in the game");
  settings.Add("env.observation", &observation, {"105x80", "84x84", "42x42"},
               "Height and width of the grey frames, which are reduced by area averaging; from the "
               "usual 210x160 to 105x80 that is the mean of 2x2 pixels");
  settings.Add("env.stack", &stack, 1, kMaxStack,
               "Number of most recent frames in an observation; an episode's first frame is "
               "repeated until there are enough");
  settings.Add(
      "env.reward_transform", &reward_transform, RewardTransformNames(),
      "Transform of the rewards that the agent learns from: none, clip to [-1, 1], or root, "
      "sign(r) sqrt(|r|); scores are always those of the game");
  settings.Add("env.reward_scale", &reward_scale, 0, 1e9,
               "Factor applied to the rewards that the agent learns from, after the transform");
  built_in.Declare(settings);
}

void EnvConfig::Check() const {
  built_in.Check(game);
  if (max_frames > 0 && max_frames <= noop_max) {
    ThrowUserError(
        "env.max_frames = {}: must be above env.noop_max = {}, or episodes would have no steps",
        max_frames, noop_max);
  }
}

std::unique_ptr<Env> MakeEnv(const EnvConfig& config, RandomStream random) {
  if (const auto* kind = config.built_in.Find(config.game)) return kind->Make(random);
  return MakeAtari(config, FindRom(config.game, config.rom, StandardRomPlaces()), random);
}

}  // namespace arcadeq
