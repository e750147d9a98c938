#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "picture/image.h"

namespace arcadeq {

struct PixelPosition {
  int x = 0;
  int y = 0;
};

struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

// Draws on an image in colours of its palette. Whatever lies beyond the image is cut off.
class Canvas {
 public:
  // `image` must outlive the canvas.
  explicit Canvas(Image& image) : image_(image) {}

  void Fill(const Box& box, std::uint8_t colour);
  // Leaves the background of the characters as it is. Returns the x at which they end.
  int Write(PixelPosition at, std::string_view text, std::uint8_t colour);
  // Copies pixels of the same palette. pixels: [height][width].
  void Copy(PixelPosition at, std::span<const std::uint8_t> pixels, int height, int width);

 private:
  Image& image_;
};

// The width of a text in pixels.
int TextWidth(std::string_view text);

}  // namespace arcadeq
