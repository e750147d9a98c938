#pragma once

#include <cstdint>

#include "base/settings.h"

namespace arcadeq {

struct CheckpointConfig {
  // A checkpoint is written at whichever of the two comes first (0: never), and in any case at the
  // start and the end of the run.
  std::int64_t every_steps = 0;
  double every_minutes = 10;
  std::int64_t keep = 2;
  std::int64_t archive_every_steps = 0;

  void Declare(Settings& settings);  // checkpoint.*
};

}  // namespace arcadeq
