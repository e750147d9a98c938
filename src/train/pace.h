#pragma once

#include <cstdint>

#include "train/config.h"

namespace arcadeq {

// How many steps a run of these settings takes in so many minutes on this machine, as it is now:
// times whole windows of acting and learning for a few seconds, on a run that is then forgotten.
// Steps before learning starts count as any other. Throws UserError as Trainer does.
std::int64_t StepsThatFit(const Config& config, double minutes);

}  // namespace arcadeq
