#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace arcadeq {

// Divides `share` of a distribution, which lies at `value`, between the two nearest of the atoms
// first + i * spacing so that the mean stays the same; beyond the ends it goes to the last atom
// (Bellemare et al. 2017, algorithm 1).
inline void Project(float value, float share, float first, float spacing, std::span<float> shares) {
  const float end = static_cast<float>(shares.size() - 1);
  // std::max() turns NaN, the value of a network that has diverged, into 0.
  const float place = std::min(std::max(0.0f, (value - first) / spacing), end);
  const float below = std::min(std::floor(place), end - 1);
  const auto i = static_cast<std::size_t>(below);
  shares[i] += share * (below + 1 - place);
  shares[i + 1] += share * (place - below);
}

}  // namespace arcadeq
