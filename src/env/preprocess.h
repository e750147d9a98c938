#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "env/env.h"

namespace arcadeq {

// The luma of each colour of a palette.
using LumaTable = std::array<std::uint8_t, 256>;

// BT.601 luma with ALE's coefficients and rounding: round(0.2989 r + 0.587 g + 0.114 b).
std::uint8_t Luma(Rgb colour);

// grey[i] = luma[screen[i]]. Both spans have the same size.
void ToLuma(std::span<const std::uint8_t> screen, const LumaTable& luma,
            std::span<std::uint8_t> grey);

// The division of an axis of `source` pixels into `target` pixels. The unit of length is the
// largest that divides both a source pixel and a target pixel. Target pixel i covers weights[k *
// target + i] units of source pixel first[i] + k, for k in [0, taps).
struct AreaAxis {
  // 0 < target <= source.
  AreaAxis(int source, int target);

  int taps;
  int total;  // the length of a target pixel
  std::vector<int> first;
  std::vector<int> weights;
};

}  // namespace arcadeq
