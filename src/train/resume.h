#pragma once

#include <cstdint>

#include "train/config.h"

namespace arcadeq {

// A run that is gone on with does what it would have done, so its settings stay as they are, but
// for those that change nothing that is learnt: its end, the threads, where the ROM lies (a game
// has one content that is accepted), what is recorded and saved.

// Of the settings that must stay.
std::uint64_t HashOfFixedSettings(Config config);

// Throws UserError, naming the first, if a setting that must stay has changed.
void CheckFixedSettings(Config before, Config now);

}  // namespace arcadeq
