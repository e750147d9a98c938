#include "picture/image.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "picture/testing/image.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;

TEST(Image, KnowsWhetherItIsComplete) {
  const Image good = PlainImage(3);
  EXPECT_TRUE(IsComplete(good));
  EXPECT_FALSE(IsComplete(Image{}));
  EXPECT_FALSE(IsComplete(PlainImage(4))) << "of four colours";
  Image image = good;
  image.pixels.pop_back();
  EXPECT_FALSE(IsComplete(image));
  image = good;
  image.palette.resize(std::size_t{3} * 257);
  EXPECT_FALSE(IsComplete(image));
}

// 210x160 at the article's 480x320: row y shows row y*210/480.
TEST(Image, IsScaledToAnySize) {
  Image screen = PlainImage(0, 210, 160);
  for (int p = 0; p < 210 * 160; ++p) screen.pixels[p] = static_cast<std::uint8_t>(p / 160 % 4);
  Image scaled;
  Scale(screen, 480, 320, scaled);
  ASSERT_TRUE(IsComplete(scaled));
  for (int y = 0; y < 480; ++y) EXPECT_EQ(scaled.pixels[320 * y], y * 210 / 480 % 4) << y;
}

TEST(Image, BecomesArgb) {
  Image image = PlainImage(1, 1, 2);
  image.pixels[1] = 3;
  std::vector<std::uint32_t> argb(2);
  ToArgb(image, argb);
  EXPECT_THAT(argb, ElementsAre(0xFFC80A14, 0xFF323CDC));
}

}  // namespace
}  // namespace arcadeq
