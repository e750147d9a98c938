#include "config/preset_difference.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/settings.h"
#include "config/changed_settings.h"
#include "config/config.h"
#include "config/preset.h"

namespace arcadeq {
namespace {

PresetDifference DifferenceFrom(std::string_view preset, Config config) {
  Config base = LoadPreset(preset);
  // A run has the number of steps that its schedules span, even if the preset leaves it open.
  if (base.train.schedule_steps == 0 && config.train.schedule_steps == config.train.steps) {
    config.train.schedule_steps = 0;
  }
  PresetDifference difference{preset, ChangedSettings(base, config)};
  std::erase_if(difference.changes, [](const ChangedSetting& change) {
    return change.key == "env.rom" || change.key == "train.seed" || change.key == "train.threads";
  });
  return difference;
}

// As one word of a POSIX shell.
std::string Quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

}  // namespace

PresetDifference DifferenceFromNearestPreset(const Config& config) {
  std::vector<PresetDifference> differences;
  differences.reserve(Presets().size());
  for (const Preset& preset : Presets()) {
    differences.push_back(DifferenceFrom(preset.name, config));
  }
  return *std::ranges::min_element(
      differences, {}, [](const PresetDifference& each) { return each.changes.size(); });
}

std::string TrainCommand(const Config& config) {
  const PresetDifference difference = DifferenceFromNearestPreset(config);
  std::string command =
      fmt::format("arcadeq train --preset {} --seed {}", difference.preset, config.train.seed);
  Config changed = config;
  const Settings settings = Declare(changed);
  for (const ChangedSetting& change : difference.changes) {
    const std::string value = Settings::AssignedText(settings.Find(change.key, "the run"));
    command += " --set " + Quoted(change.key + "=" + value);
  }
  return command;
}

}  // namespace arcadeq
