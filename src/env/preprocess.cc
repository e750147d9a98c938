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

}  // namespace arcadeq
