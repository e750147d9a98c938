#pragma once

#include <span>

#include "loss/loss.h"

namespace arcadeq {

// Base class of losses for networks whose one output per action is its value (Watkins 1989).
class ScalarLoss : public Loss {
 public:
  int atoms() const final { return 1; }
  float Value(std::span<const float> outputs) const final { return outputs[0]; }
  void BootstrapTarget(const Backup& backup, std::span<const float> next,
                       std::span<float> target) const final {
    target[0] = backup(next[0]);
  }
  void ReturnTarget(float g_t, std::span<float> target) const final { target[0] = g_t; }
  float TargetValue(std::span<const float> target) const final { return target[0]; }
};

}  // namespace arcadeq
