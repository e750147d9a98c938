#pragma once

#include <cstdint>

#include "train/config.h"

namespace arcadeq {

// How many steps a run with these settings takes in `minutes` on this machine under its current
// load. Times whole windows of acting and learning for a few seconds, in a run that is then
// discarded. Assumes that the steps before learning starts take as long as the others. Throws
// UserError as Trainer does.
std::int64_t StepsThatFit(const Config& config, double minutes);

}  // namespace arcadeq
