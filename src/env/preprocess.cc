#include "env/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

#include "env/env.h"

namespace arcadeq {

std::uint8_t Luma(Rgb colour) {
  return static_cast<std::uint8_t>(
      std::round(colour.r * 0.2989 + colour.g * 0.5870 + colour.b * 0.1140));
}

void ToLuma(std::span<const std::uint8_t> screen, const LumaTable& luma,
            std::span<std::uint8_t> grey) {
  for (std::size_t i = 0; i < screen.size(); ++i) grey[i] = luma[screen[i]];
}

AreaAxis::AreaAxis(int source, int target) : first(target) {
  const int divisor = std::gcd(source, target);
  const int source_length = target / divisor;
  total = source / divisor;
  // A target pixel that begins on the last unit of a source pixel overlaps the most source pixels.
  taps = (total + 2 * (source_length - 1)) / source_length;
  weights.resize(static_cast<std::size_t>(taps) * target);
  for (int i = 0; i < target; ++i) {
    const int begin = i * total;
    const int end = begin + total;
    first[i] = std::min(begin / source_length, source - taps);
    for (int k = 0; k < taps; ++k) {
      const int pixel_begin = (first[i] + k) * source_length;
      const int pixel_end = pixel_begin + source_length;
      weights[static_cast<std::size_t>(k) * target + i] =
          std::max(std::min(end, pixel_end) - std::max(begin, pixel_begin), 0);
    }
  }
}

AreaReduction::AreaReduction(int source_height, int source_width, int height, int width)
    : source_width_(source_width),
      rows_(source_height, height),
      columns_(source_width, width),
      per_area_(1.0 / (rows_.total * columns_.total)),
      row_sums_(source_width),
      sums_(width) {}

void AreaReduction::Reduce(std::span<const std::uint8_t> source, std::span<std::uint8_t> target) {
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

}  // namespace arcadeq
