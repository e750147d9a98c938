#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace arcadeq {

// A picture in a palette of at most 256 colours.
struct Image {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> pixels;   // indices into the palette, row by row
  std::vector<std::uint8_t> palette;  // r, g, b, ...

  std::size_t colours() const { return palette.size() / 3; }
  bool operator==(const Image&) const = default;
};

// Whether the image has pixels, as many as its size says, all of them colours of its palette.
bool IsComplete(const Image& image);

// Scales by nearest neighbour. Reuses the memory of `to`.
void Scale(const Image& from, int height, int width, Image& to);

// The pixels as 0xFFRRGGBB. argb: [height][width].
void ToArgb(const Image& image, std::span<std::uint32_t> argb);

}  // namespace arcadeq
