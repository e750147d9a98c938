#pragma once

#include <chrono>
#include <cstdint>

#include "config/config.h"

namespace arcadeq {

// The speed of a run on this machine under its current load.
struct Pace {
  double steps_per_second = 0;
  double frames_per_second = 0;
  std::int64_t resident_bytes = 0;  // of the process, at the end
};

// Times whole windows of acting and learning in a run that is then discarded: after `warm_up` and
// at least one window, for `timed` and at least one window more. The run acts by the network from
// its first step and learns as soon as it has the experience. Throws UserError as Trainer does.
Pace MeasurePace(const Config& config, std::chrono::duration<double> warm_up,
                 std::chrono::duration<double> timed);

// How many steps a run with these settings takes in `minutes`, by a measurement of a few seconds.
// Assumes that the steps before learning starts take as long as the others. Throws UserError as
// Trainer does.
std::int64_t StepsThatFit(const Config& config, double minutes);

}  // namespace arcadeq
