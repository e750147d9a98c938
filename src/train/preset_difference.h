#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "train/config.h"

namespace arcadeq {

// A setting whose value is not that of a preset; values as Settings::ValueText() writes them.
struct ChangedSetting {
  std::string key;
  std::string value;
  std::string preset_value;
};

// What makes a run of a preset. These do not count: the seed; the number of threads and the path of
// the ROM, which change nothing in a run; the number of steps that the schedules span, if it
// follows from the rest.
struct PresetDifference {
  std::string_view preset;
  std::vector<ChangedSetting> changes;
};

// From the preset that differs in the fewest settings.
PresetDifference DifferenceFromNearestPreset(const Config& config);

// A command line for a shell that begins a run with these settings.
std::string TrainCommand(const Config& config);

}  // namespace arcadeq
