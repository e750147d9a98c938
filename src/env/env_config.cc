#include "env/env_config.h"

#include <limits>
#include <memory>

#include "env/atari.h"
#include "env/reward.h"
#include "env/rom.h"

namespace arcadeq {

void EnvConfig::Declare(Settings& settings) {
  settings.Add("env.game", &game, {},
               "An Atari game by its ROM's name (space_invaders, breakout, ms_pacman, ...), or the "
               "small built-in environments cartpole and catch, for which the other settings of "
               "this group mean nothing, except stack");
  settings.Add("env.rom", &rom, {},
               "The file of the game's ROM; empty: GAME.bin in the directory named by the "
               "environment variable ARCADEQ_ROMS, else among the emulator's, else in an installed "
               "Python package ale_py");
  settings.Add("env.frame_skip", &frame_skip, 1, 60,
               "Emulator frames in a step, in all of which the action is held; a range such as 2-4 "
               "is drawn from uniformly at each step");
  settings.Add("env.sticky", &sticky, 0.0, 0.99,
               "Sticky actions: the probability, at each emulator frame, that the console sees the "
               "previous action instead of the new one");
  settings.Add(
      "env.max_pool", &max_pool,
      "The frame is the pixel-wise maximum of the step's last two emulator frames, instead "
      "of the last one");
  settings.Add("env.noop_max", &noop_max, 0, 1000,
               "An episode begins with 1 to this many emulator frames without action, drawn "
               "uniformly; 0: none");
  settings.Add("env.max_frames", &max_frames, 0, std::numeric_limits<int>::max(),
               "Emulator frames after which an episode is cut off (truncated, not terminated), "
               "those of noop_max included; 0: never");
  settings.Add("env.mode", &mode, EnvConfig::kGamesDefault, 65535,
               "The game's variant, by the emulator's number; -1: the game's default");
  settings.Add("env.difficulty", &difficulty, EnvConfig::kGamesDefault, 65535,
               "Position of the console's difficulty switches, by the emulator's number; -1: the "
               "game's default");
  settings.Add("env.full_action_set", &full_action_set,
               "All 18 actions of the joystick instead of those that the game makes use of");
  settings.Add("env.observation", &observation, {"105x80", "84x84"},
               "Height and width of the grey frames, reduced by area; from the usual 210x160 to "
               "105x80 that is the mean of 2x2 pixels");
  settings.Add("env.stack", &stack, 1, kMaxStack,
               "Frames in an observation: the last ones of the episode, the first one repeated "
               "where there are not enough");
  settings.Add(
      "env.reward_transform", &reward_transform, RewardTransformNames(),
      "What the agent learns from: the game's rewards r, clipped to [-1, 1], or their root "
      "sign(r) sqrt(|r|). Scores are always those of the game");
  settings.Add("env.reward_scale", &reward_scale, 0, 1e9,
               "Factor of the rewards that the agent learns from, after their transform");
  built_in.Declare(settings);
}

std::unique_ptr<Env> MakeEnv(const EnvConfig& config, RandomStream random) {
  if (const auto* kind = config.built_in.Find(config.game)) return kind->Make(random);
  return MakeAtari(config, FindRom(config.game, config.rom, StandardRomPlaces()), random);
}

}  // namespace arcadeq
