#pragma once

#include <cstdint>

#include "train/config.h"

namespace arcadeq {

// A resumed run continues as if it had never stopped. Its settings are therefore fixed, except for
// those that change nothing that is learnt: its end, the threads, where the ROM lies (only one
// content is accepted for a game), what is recorded and saved.

// Of the fixed settings that differ from their defaults: a run can still be resumed by a later
// version that has more settings.
std::uint64_t HashOfFixedSettings(Config config);

// Throws UserError, naming the first, if a fixed setting has changed.
void CheckFixedSettings(Config before, Config now);

}  // namespace arcadeq
