#pragma once

#include <span>
#include <string>
#include <string_view>

#include "machine/tune_grid.h"

namespace arcadeq {

// Every measurement of the faster settings is above every one of the slower, and there are at least
// two of each.
bool ClearlyFaster(const TuneResult& faster, const TuneResult& slower);

// The fastest of the results that learn the same as the first: equal in everything but threads.
// Returns the first itself unless another is clearly faster than it.
const TuneResult& BestThreads(std::span<const TuneResult> results);

// The measurements as a table, the settings to use with the reason, and faster settings that learn
// differently. `results` begin with the settings of the preset.
std::string TuneText(std::string_view preset, std::span<const TuneResult> results);

}  // namespace arcadeq
