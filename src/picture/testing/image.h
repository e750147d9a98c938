#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "picture/image.h"

namespace arcadeq {

// An image of a single colour, with a palette of four.
inline Image PlainImage(std::uint8_t colour = 0, int height = 6, int width = 4) {
  Image image;
  image.height = height;
  image.width = width;
  image.pixels.assign(static_cast<std::size_t>(height) * width, colour);
  image.palette = {0, 0, 0, 200, 10, 20, 30, 210, 40, 50, 60, 220};
  return image;
}

// The colours of an image scaled by a whole factor: r, g, b, ..., row by row.
inline std::vector<std::uint8_t> RgbOf(const Image& image, int scale = 1) {
  std::vector<std::uint8_t> rgb;
  for (int y = 0; y < image.height * scale; ++y) {
    for (int x = 0; x < image.width * scale; ++x) {
      const auto colour =
          image.palette.begin() + 3 * image.pixels[y / scale * image.width + x / scale];
      rgb.insert(rgb.end(), colour, colour + 3);
    }
  }
  return rgb;
}

}  // namespace arcadeq
