#pragma once

#include <span>
#include <string_view>

#include "train/config.h"

namespace arcadeq {

// A named set of settings: a file of configs/, built into the program. What it does not name is as
// in the tutorial preset.
struct Preset {
  std::string_view name;
  std::string_view toml;

  // The file's first line: what the preset is.
  std::string_view Summary() const;
};

std::span<const Preset> Presets();

// Throws UserError, with the names there are, for a name that is none of them.
const Preset& FindPreset(std::string_view name);

// The configuration that a preset stands for. Throws UserError for an unknown name.
Config LoadPreset(std::string_view name);

// The preset to start from for a game where none was named: the game's own (cartpole and catch have
// one), else laptop.
std::string_view DefaultPreset(std::string_view game);

}  // namespace arcadeq
