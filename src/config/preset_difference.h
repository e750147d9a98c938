#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/changed_settings.h"
#include "config/config.h"

namespace arcadeq {

// How a run's settings differ from a preset's, except for the seed; for the number of threads and
// the path of the ROM, which change nothing in a run; and for the number of steps that the
// schedules span, if that follows from the rest.
struct PresetDifference {
  std::string_view preset;
  std::vector<ChangedSetting> changes;  // from the preset
};

// From the preset that differs in the fewest settings.
PresetDifference DifferenceFromNearestPreset(const Config& config);

// A command line for a shell that begins a run with these settings.
std::string TrainCommand(const Config& config);

}  // namespace arcadeq
