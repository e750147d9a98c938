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

// Reduces a grey image by area: each pixel of the result is the mean over the rectangle of the
// source that it covers, with partly covered pixels weighted by the covered part, rounded to
// nearest, halves up. The arithmetic is exact. From 210x160 to 105x80 this is the mean of 2x2
// pixels.
class AreaReduction {
 public:
  // 0 < height <= source_height <= 257 and 0 < width <= source_width <= 1024.
  AreaReduction(int source_height, int source_width, int height, int width);

  // `source` and `target` hold rows of the sizes given to the constructor.
  void Reduce(std::span<const std::uint8_t> source, std::span<std::uint8_t> target);

 private:
  int source_width_;
  AreaAxis rows_;
  AreaAxis columns_;
  double per_area_;  // 1 / (units of area in a target pixel)
  // For the current target row: the weighted sum of its source rows, and that sum reduced to
  // columns.
  std::vector<std::uint16_t> row_sums_;
  std::vector<int> sums_;
};

}  // namespace arcadeq
