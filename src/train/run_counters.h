#pragma once

#include <cstdint>
#include <string>

#include "checkpoint/checkpoint_reader.h"
#include "config/config.h"

namespace arcadeq {

// How far a run has come.
struct RunCounters {
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t episodes = 0;
  std::int64_t updates = 0;
  double seconds = 0;  // of training
};

// The counters of a checkpoint's run. Throws UserError.
RunCounters ReadCounters(const CheckpointReader& checkpoint);

// The limit that ends a run with these counters, as "1000 steps done"; empty if none does.
std::string LimitReached(const TrainConfig& limits, const RunCounters& counters);

}  // namespace arcadeq
