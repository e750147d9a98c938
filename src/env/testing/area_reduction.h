#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "env/preprocess.h"

namespace arcadeq {

// Reduces a grey image by area: each pixel of the result is the mean over the rectangle of the
// source that it covers, with partly covered pixels weighted by the covered part, rounded to
// nearest, halves up. The arithmetic is exact. From 210x160 to 105x80 this is the mean of 2x2
// pixels. What ReduceScreens() is compared with.
class AreaReduction {
 public:
  // 0 < height <= source_height <= 257 and 0 < width <= source_width <= 1024.
  AreaReduction(int source_height, int source_width, int height, int width)
      : source_width_(source_width),
        rows_(source_height, height),
        columns_(source_width, width),
        per_area_(1.0 / (rows_.total * columns_.total)),
        row_sums_(source_width),
        sums_(width) {}

  // `source` and `target` hold rows of the sizes given to the constructor.
  void Reduce(std::span<const std::uint8_t> source, std::span<std::uint8_t> target) {
    // A sum over rows is at most 255 * 257, one over rows and columns 255 * 257 * 1024: both fit.
    const int half = rows_.total * columns_.total / 2;
    const int width = static_cast<int>(sums_.size());
    std::uint8_t* out = target.data();
    for (std::size_t y = 0; y < rows_.first.size(); ++y, out += width) {
      std::ranges::fill(row_sums_, std::uint16_t{0});
      for (int k = 0; k < rows_.taps; ++k) {
        const auto weight = static_cast<std::uint16_t>(rows_.weights[k * rows_.first.size() + y]);
        const std::uint8_t* row =
            source.data() + static_cast<std::size_t>(rows_.first[y] + k) * source_width_;
        std::uint16_t* sums = row_sums_.data();
        for (int x = 0; x < source_width_; ++x) {
          sums[x] = static_cast<std::uint16_t>(sums[x] + weight * row[x]);
        }
      }
      std::ranges::fill(sums_, half);
      for (int k = 0; k < columns_.taps; ++k) {
        const int* weights = columns_.weights.data() + static_cast<std::size_t>(k) * width;
        for (int x = 0; x < width; ++x) sums_[x] += weights[x] * row_sums_[columns_.first[x] + k];
      }
      // The 0.5 keeps the quotient far enough from an integer that rounding errors cannot reach it,
      // so truncation drops exactly the remainder.
      for (int x = 0; x < width; ++x) {
        out[x] = static_cast<std::uint8_t>(static_cast<int>((sums_[x] + 0.5) * per_area_));
      }
    }
  }

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
