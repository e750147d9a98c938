#include "picture/canvas.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "picture/font.h"
#include "picture/image.h"

namespace arcadeq {

void Canvas::Fill(const Box& box, std::uint8_t colour) {
  const int left = std::clamp(box.x, 0, image_.width);
  const int right = std::clamp(box.x + box.width, left, image_.width);
  const int top = std::clamp(box.y, 0, image_.height);
  const int bottom = std::clamp(box.y + box.height, top, image_.height);
  for (int y = top; y < bottom; ++y) {
    const auto row = static_cast<std::ptrdiff_t>(y) * image_.width;
    std::fill(image_.pixels.begin() + row + left, image_.pixels.begin() + row + right, colour);
  }
}

int Canvas::Write(PixelPosition at, std::string_view text, std::uint8_t colour) {
  for (const char character : text) {
    const Glyph& glyph = GlyphOf(character);
    for (int y = 0; y < kGlyphSize; ++y) {
      for (int x = 0; x < kGlyphSize; ++x) {
        if ((glyph[static_cast<std::size_t>(y)] >> x & 1) != 0) {
          Fill({at.x + x, at.y + y, 1, 1}, colour);
        }
      }
    }
    at.x += kGlyphSize;
  }
  return at.x;
}

void Canvas::Copy(PixelPosition at, std::span<const std::uint8_t> pixels, int height, int width) {
  const int left = std::clamp(-at.x, 0, width);
  const int right = std::clamp(image_.width - at.x, left, width);
  for (int y = std::max(0, -at.y); y < height && at.y + y < image_.height; ++y) {
    const auto from = pixels.begin() + static_cast<std::ptrdiff_t>(y) * width;
    std::copy(
        from + left, from + right,
        image_.pixels.begin() + static_cast<std::ptrdiff_t>(at.y + y) * image_.width + at.x + left);
  }
}

int TextWidth(std::string_view text) {
  return kGlyphSize * static_cast<int>(text.size());
}

}  // namespace arcadeq
