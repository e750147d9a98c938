#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "train/config.h"

namespace arcadeq {

// The options of `train` that make a configuration: a preset, then a file, then the short options,
// then --set, each over the one before.
class SettingsOptions {
 public:
  // Adds the options; this object must outlive the parsing.
  void AddTo(CLI::App& command);

  // Applies them. Throws UserError.
  Config Apply() const;
  // To a run that goes on with the settings it has: no preset, no file. Throws UserError.
  Config ApplyTo(const Config& run) const;

  // The preset that Apply() starts from.
  std::string preset() const;

 private:
  void ApplyOptions(Config& config) const;

  // An option that stands for one setting, as text: the setting's own declaration checks it.
  struct Shorthand {
    const char* option;
    const char* key;
    const char* type;
    const char* help;
    std::string value;
  };

  std::string preset_;
  std::string config_file_;
  std::vector<std::string> assignments_;
  std::vector<Shorthand> shorthands_ = {
      {"--game", "env.game", "NAME", "Game: space_invaders, breakout, ..., cartpole, catch", ""},
      {"--rom", "env.rom", "FILE", "ROM file (default: found by the game's name)", ""},
      {"--stack", "env.stack", "N", "Frames in an observation", ""},
      {"--seed", "train.seed", "N", "The same seed gives the same run", ""},
      {"--envs", "train.envs", "N", "Environments that are played at once", ""},
      {"--threads", "train.threads", "N", "Threads that compute; 0: all that help", ""},
  };
  std::string checkpoint_every_;
  // The ends of a run: one that is given stands alone, the preset's others do not count.
  std::vector<Shorthand> limits_ = {
      {"--steps", "train.steps", "N",
       "End after this many decisions, or at the next update after that", ""},
      {"--frames", "train.frames", "N",
       "End after this many frames of the emulator, or at the next update after that", ""},
      {"--episodes", "train.episodes", "N",
       "End after this many episodes, or at the next update after that", ""},
  };
};

}  // namespace arcadeq
