#pragma once

#include <cstdint>

#include "config/config.h"

namespace arcadeq {

// A resumed run continues as if it had never stopped. Its settings are therefore fixed, except for
// those that do not affect what is learnt: its end, the number of threads, the path of the ROM (a
// game accepts only one content), and what is recorded and saved.

// Covers only settings that differ from their defaults, so that a later version with more settings
// can still resume the run.
std::uint64_t HashOfFixedSettings(const Config& config);

// Throws UserError, naming the first changed setting, if a fixed setting has changed.
void CheckFixedSettings(const Config& before, const Config& now);

}  // namespace arcadeq
