#pragma once

#include <cstdint>

#include "base/settings.h"

namespace arcadeq {

struct EvaluationConfig {
  std::int64_t every_steps = 0;
  std::int64_t episodes = 30;

  void Declare(Settings& settings);  // evaluation.*
};

}  // namespace arcadeq
