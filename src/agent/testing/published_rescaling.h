#pragma once

#include <cmath>

namespace arcadeq {

// h and its inverse as published (Pohlen et al. 2018), or neither.
struct PublishedRescaling {
  bool on = false;

  double Apply(double x) const {
    return on ? std::copysign(std::sqrt(std::abs(x) + 1) - 1, x) + kEpsilon * x : x;
  }
  double Invert(double y) const {
    if (!on) return y;
    const double root = std::sqrt(1 + 4 * kEpsilon * (std::abs(y) + 1 + kEpsilon)) - 1;
    return std::copysign(std::pow(root / (2 * kEpsilon), 2) - 1, y);
  }

  static constexpr double kEpsilon = 1e-3;
};

}  // namespace arcadeq
