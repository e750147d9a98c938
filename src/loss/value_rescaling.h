#pragma once

#include <cmath>

namespace arcadeq {

// The units in which values are learnt: those of returns, or h of them, which lets games with large
// rewards be learnt as they are scored (Pohlen et al. 2018):
//
//   h(x) = sign(x) (sqrt(|x| + 1) - 1) + epsilon x,  epsilon = 0.001
//
// h is near x / 2 for small returns and near the root of large ones. Both functions are pure.
class ValueRescaling {
 public:
  explicit ValueRescaling(bool rescales = false) : rescales_(rescales) {}

  // h(x), written so that small x lose no precision.
  float Apply(float x) const {
    if (!rescales_) return x;
    return x / (std::sqrt(std::abs(x) + 1) + 1) + kEpsilon * x;
  }

  // The return x with h(x) = y. With s = sqrt(|x| + 1), epsilon s^2 + s = |y| + 1 + epsilon.
  float Invert(float y) const {
    if (!rescales_) return y;
    const float c = std::abs(y) + 1 + kEpsilon;
    const float s = 2 * c / (std::sqrt(1 + 4 * kEpsilon * c) + 1);
    return std::copysign(s * s - 1, y);
  }

 private:
  static constexpr float kEpsilon = 1e-3f;

  bool rescales_;
};

}  // namespace arcadeq
