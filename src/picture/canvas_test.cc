#include "picture/canvas.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "picture/font.h"
#include "picture/image.h"
#include "picture/testing/image.h"

namespace arcadeq {
namespace {

// One text line per row of pixels; '.' is colour 0.
std::string Rows(const Image& image) {
  std::string rows;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const std::uint8_t colour = image.pixels[y * image.width + x];
      rows += colour == 0 ? '.' : static_cast<char>('0' + colour);
    }
    rows += '\n';
  }
  return rows;
}

TEST(Canvas, FillsABox) {
  Image image = PlainImage(0, 4, 6);
  Canvas(image).Fill({.x = 1, .y = 2, .width = 3, .height = 1}, 2);
  EXPECT_EQ(Rows(image), "......\n......\n.222..\n......\n");
}

TEST(Canvas, WritesText) {
  Image image = PlainImage(0, 8, 16);
  EXPECT_EQ(Canvas(image).Write({0, 0}, "L1", 1), 16);
  EXPECT_EQ(Rows(image),
            "1111......11....\n"
            ".11......111....\n"
            ".11.......11....\n"
            ".11.......11....\n"
            ".11...1...11....\n"
            ".11..11...11....\n"
            "1111111.111111..\n"
            "................\n");
}

TEST(Canvas, CopiesPixels) {
  Image image = PlainImage(0, 3, 4);
  const std::vector<std::uint8_t> pixels = {1, 2, 3, 1};
  Canvas(image).Copy({3, 1}, pixels, 2, 2);
  Canvas(image).Copy({-1, -1}, pixels, 2, 2);
  EXPECT_EQ(Rows(image), "1...\n...1\n...3\n");
}

// Whatever is drawn stays within the image; the sanitizers watch.
RC_GTEST_PROP(Canvas, CutsOffWhatLiesBeyondTheImage, ()) {
  Image image = PlainImage(0, 5, 7);
  Canvas canvas(image);
  const auto place = rc::gen::inRange(-20, 20);
  const PixelPosition at{*place, *place};
  const int height = *rc::gen::inRange(0, 12), width = *rc::gen::inRange(0, 12);
  canvas.Fill({at.x, at.y, width, height}, 1);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const bool inside = at.x <= x && x < at.x + width && at.y <= y && y < at.y + height;
      RC_ASSERT(image.pixels[y * image.width + x] == (inside ? 1 : 0));
    }
  }
  const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(height) * width, 2);
  canvas.Copy(at, pixels, height, width);
  RC_ASSERT(std::ranges::count(image.pixels, 1) == 0);
  canvas.Write(at, "text", 3);
}

TEST(Font, HasAGlyphForEveryPrintableCharacter) {
  std::vector<Glyph> glyphs;
  for (char character = ' '; character <= '~'; ++character) glyphs.push_back(GlyphOf(character));
  std::ranges::sort(glyphs);
  EXPECT_EQ(std::ranges::adjacent_find(glyphs), glyphs.end()) << "two characters look the same";
  EXPECT_EQ(GlyphOf('\n'), GlyphOf('?'));
  EXPECT_EQ(GlyphOf('\xE4'), GlyphOf('?'));
}

}  // namespace
}  // namespace arcadeq
