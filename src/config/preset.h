#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace arcadeq {

// A named set of settings: a file of configs/, compiled into the program. Settings that it omits
// have their defaults.
struct Preset {
  std::string_view name;
  std::string_view toml;

  // A description of the preset: the file's first line.
  std::string_view Summary() const;
};

std::span<const Preset> Presets();
std::vector<std::string> PresetNames();

// Throws UserError, listing the presets, for an unknown name.
const Preset& FindPreset(std::string_view name);

// The settings of a preset. Throws UserError for an unknown name.
Config LoadPreset(std::string_view name);

// The preset to start from for a game if none is named: the one of the game's name, or else
// laptop.
std::string_view DefaultPreset(std::string_view game);

}  // namespace arcadeq
