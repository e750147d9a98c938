#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "env/env.h"

namespace arcadeq {

// The luma of each colour of a palette.
using LumaTable = std::array<std::uint8_t, 256>;

// Luma of BT.601 in the rounding and the digits of ALE: round(0.2989 r + 0.587 g + 0.114 b).
std::uint8_t Luma(Rgb colour);

// grey[i] = luma[screen[i]]. Both of one size.
void ToLuma(std::span<const std::uint8_t> screen, const LumaTable& luma,
            std::span<std::uint8_t> grey);

// How an axis of `source` pixels is cut into `target` pixels. Lengths are in the largest unit that
// divides both a source pixel and a target pixel. Target pixel i covers weights[k * target + i]
// units of source pixel first[i] + k, for k in [0, taps).
struct AreaAxis {
  // 0 < target <= source.
  AreaAxis(int source, int target);

  int taps;
  int total;  // the length of a target pixel
  std::vector<int> first;
  std::vector<int> weights;
};

// Reduces a grey image by area: each pixel of the result is the mean of the rectangle of the source
// that it covers, pixels covered in part counting by that part, rounded to the nearest, halves up.
// The arithmetic is exact. From 210x160 to 105x80 this is the mean of 2x2 pixels.
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
  // For the target row at hand: the weighted sum of its source rows, and that reduced to columns.
  std::vector<std::uint16_t> row_sums_;
  std::vector<int> sums_;
};

}  // namespace arcadeq
