#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "config/config.h"

namespace arcadeq {

// The options of `train` that determine the configuration: a preset, a file, the short options and
// --set, in this order; later ones override earlier ones.
class SettingsOptions {
 public:
  // Adds the options; this object must outlive the parsing.
  void AddTo(CLI::App& command);

  // Applies them. Throws UserError.
  Config Apply() const;
  // Applies them to the settings of a run to resume, which allows neither a preset nor a file.
  // Throws UserError.
  Config ApplyTo(const Config& run) const;

  // The preset that Apply() starts from: the given one, or else that of the game, however named.
  std::string preset() const;
  // Whether the options, --set or the file of --config set a limit of the run. Throws UserError.
  bool SetsLimit() const;

 private:
  // Whether a limit is among the options.
  bool HasLimit() const;
  // All three throw UserError. The file of --config is read once: it may be a pipe.
  void LoadConfigFile(Config& config) const;
  void Set(Config& config) const;
  void ApplyOptions(Config& config) const;

  // A short option for one setting. The value stays text: the setting's declaration checks it.
  struct Shorthand {
    const char* option;
    const char* key;
    const char* type;
    const char* help;
    std::string value;
  };

  std::string preset_;
  std::string config_file_;
  mutable std::optional<std::string> config_text_;  // of the file, once it is read
  std::vector<std::string> assignments_;
  std::vector<Shorthand> shorthands_ = {
      {"--game", "env.game", "NAME",
       "Atari game (space_invaders, breakout, ...) or built-in environment", ""},
      {"--rom", "env.rom", "FILE", "ROM file (default: found by the game's name)", ""},
      {"--stack", "env.stack", "N", "Frames in an observation", ""},
      {"--seed", "train.seed", "N", "Random seed; the same seed gives the same run", ""},
      {"--envs", "train.envs", "N", "Number of environments to play at once", ""},
      {"--threads", "train.threads", "N",
       "Number of compute threads; 0: one per processor, at most 8", ""},
  };
  std::string checkpoint_every_;
  // The limits of a run. If one is given, the preset's limits do not apply.
  std::vector<Shorthand> limits_ = {
      {"--steps", "train.steps", "N", "Stop after this many decisions, at the next update", ""},
      {"--frames", "train.frames", "N", "Stop after this many emulator frames, at the next update",
       ""},
      {"--episodes", "train.episodes", "N", "Stop after this many episodes, at the next update",
       ""},
  };
};

}  // namespace arcadeq
