#include "config/preset.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/ranges.h>

#include "base/error.h"
#include "config/config.h"

namespace arcadeq {

std::string_view Preset::Summary() const {
  std::string_view line = toml.substr(0, toml.find('\n'));
  line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
  return line;
}

std::vector<std::string> PresetNames() {
  std::vector<std::string> names;
  for (const Preset& preset : Presets()) names.emplace_back(preset.name);
  return names;
}

const Preset& FindPreset(std::string_view name) {
  for (const Preset& preset : Presets()) {
    if (preset.name == name) return preset;
  }
  ThrowUserError("unknown preset '{}'; the presets are {}", name, fmt::join(PresetNames(), ", "));
}

Config LoadPreset(std::string_view name) {
  Config config;
  Declare(config).LoadTomlText(FindPreset(name).toml, name);
  return config;
}

std::string_view DefaultPreset(std::string_view game) {
  const auto presets = Presets();
  const bool has_own = std::ranges::find(presets, game, &Preset::name) != presets.end();
  return has_own ? game : "laptop";
}

}  // namespace arcadeq
