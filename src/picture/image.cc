#include "picture/image.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace arcadeq {

bool IsComplete(const Image& image) {
  return image.height > 0 && image.width > 0 &&
         image.pixels.size() == static_cast<std::size_t>(image.height) * image.width &&
         image.colours() <= 256 && std::ranges::max(image.pixels) < image.colours();
}

void Scale(const Image& from, int height, int width, Image& to) {
  to.height = height;
  to.width = width;
  to.palette = from.palette;
  if (height == from.height && width == from.width) {
    to.pixels = from.pixels;
    return;
  }
  to.pixels.resize(static_cast<std::size_t>(height) * width);
  int previous_source = -1;
  for (int y = 0; y < height; ++y) {
    const int source_y = y * from.height / height;
    std::uint8_t* row = to.pixels.data() + static_cast<std::size_t>(y) * width;
    if (source_y == previous_source) {
      std::copy_n(row - width, width, row);
      continue;
    }
    const std::uint8_t* source =
        from.pixels.data() + static_cast<std::size_t>(source_y) * from.width;
    for (int x = 0; x < width; ++x) row[x] = source[x * from.width / width];
    previous_source = source_y;
  }
}

void ToArgb(const Image& image, std::span<std::uint32_t> argb) {
  std::array<std::uint32_t, 256> colours = {};
  for (std::size_t i = 0; i < image.colours(); ++i) {
    const std::uint8_t* rgb = image.palette.data() + 3 * i;
    colours[i] = std::uint32_t{0xFF000000} | std::uint32_t{rgb[0]} << 16 |
                 std::uint32_t{rgb[1]} << 8 | std::uint32_t{rgb[2]};
  }
  std::ranges::transform(image.pixels, argb.begin(),
                         [&colours](std::uint8_t colour) { return colours[colour]; });
}

}  // namespace arcadeq
