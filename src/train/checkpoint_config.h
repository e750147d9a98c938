#pragma once

#include <cstdint>

#include "base/settings.h"

namespace arcadeq {

struct CheckpointConfig {
  // Whichever comes first; 0: not by this. One is written at the start and at the end in any case.
  std::int64_t every_steps = 0;
  double every_minutes = 10;
  std::int64_t keep = 2;
  std::int64_t archive_every_steps = 0;

  void Declare(Settings& settings);  // checkpoint.*
};

}  // namespace arcadeq
