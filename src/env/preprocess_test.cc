#include "env/preprocess.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/file.h"
#include "base/random.h"
#include "env/testing/area_reduction.h"

namespace arcadeq {
namespace {

using Image = std::vector<std::uint8_t>;

Image RandomImage(int height, int width, std::uint64_t seed) {
  RandomStream random(seed, "image");
  Image image(static_cast<std::size_t>(height) * width);
  for (std::uint8_t& pixel : image) pixel = static_cast<std::uint8_t>(random.Below(256));
  return image;
}

Image Reduced(const Image& source, int source_height, int source_width, int height, int width) {
  Image target(static_cast<std::size_t>(height) * width);
  AreaReduction(source_height, source_width, height, width).Reduce(source, target);
  return target;
}

// The definition: divide every source pixel into height x width equal parts, so that each target
// pixel consists of whole parts, and average those.
std::uint8_t AreaMean(const Image& source, int source_height, int source_width, int height,
                      int width, int y, int x) {
  std::int64_t sum = 0;
  for (int v = y * source_height; v < (y + 1) * source_height; ++v) {
    for (int u = x * source_width; u < (x + 1) * source_width; ++u) {
      sum += source[static_cast<std::size_t>(v / height) * source_width + u / width];
    }
  }
  const std::int64_t area = std::int64_t{source_height} * source_width;
  return static_cast<std::uint8_t>((2 * sum + area) / (2 * area));
}

RC_GTEST_PROP(AreaReduction, IsTheMeanOverTheAreaOfEachPixel, ()) {
  const int source_height = *rc::gen::inRange(1, 40);
  const int source_width = *rc::gen::inRange(1, 40);
  const int height = *rc::gen::inRange(1, source_height + 1);
  const int width = *rc::gen::inRange(1, source_width + 1);
  const Image source =
      RandomImage(source_height, source_width, *rc::gen::arbitrary<std::uint32_t>());
  const Image target = Reduced(source, source_height, source_width, height, width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      RC_ASSERT(target[static_cast<std::size_t>(y) * width + x] ==
                AreaMean(source, source_height, source_width, height, width, y, x));
    }
  }
}

TEST(AreaReduction, HalvesAScreenByAveragingFourPixels) {
  const Image source = RandomImage(210, 160, 1);
  const Image target = Reduced(source, 210, 160, 105, 80);
  for (int y = 0; y < 105; ++y) {
    for (int x = 0; x < 80; ++x) {
      const std::uint8_t* pixel = &source[static_cast<std::size_t>(2 * y) * 160 + 2 * x];
      ASSERT_EQ(target[static_cast<std::size_t>(y) * 80 + x],
                (pixel[0] + pixel[1] + pixel[160] + pixel[161] + 2) / 4);
    }
  }
}

TEST(AreaReduction, DoesNotOverflowOnTheBrightestScreens) {
  for (const int lines : {210, 214, 220, 230, 250, 257}) {
    const Image white(static_cast<std::size_t>(lines) * 160, 255);
    EXPECT_EQ(Reduced(white, lines, 160, 84, 84), Image(84 * 84, 255)) << lines;
    EXPECT_EQ(Reduced(white, lines, 160, 105, 80), Image(105 * 80, 255)) << lines;
  }
}

// The image that tests/golden/env_golden.py passes to OpenCV.
Image GoldenImage(int height, int width) {
  Image image;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.push_back(static_cast<std::uint8_t>(x * x * 7 + y * 131 + (x * y) % 89 * 3));
    }
  }
  return image;
}

TEST(AreaReduction, AgreesWithOpenCv) {
  for (const int lines : {210, 250}) {
    for (const auto& [height, width] : {std::pair{105, 80}, std::pair{84, 84}, std::pair{42, 42}}) {
      const std::string name = fmt::format("env_area_{}x160_to_{}x{}.pgm", lines, height, width);
      const std::string file = ReadFile(ARCADEQ_SOURCE_DIR "/tests/golden/" + name);
      const std::string header = fmt::format("P5\n{} {}\n255\n", width, height);
      ASSERT_TRUE(file.starts_with(header)) << name;
      const std::string pixels = file.substr(header.size());
      const Image target = Reduced(GoldenImage(lines, 160), lines, 160, height, width);
      ASSERT_EQ(pixels.size(), target.size()) << name;
      for (std::size_t i = 0; i < target.size(); ++i) {
        ASSERT_LE(std::abs(target[i] - static_cast<std::uint8_t>(pixels[i])), 1)
            << name << " pixel " << i;
      }
    }
  }
}

TEST(Luma, WeighsTheColours) {
  EXPECT_EQ(Luma({0, 0, 0}), 0);
  EXPECT_EQ(Luma({255, 255, 255}), 255);
  EXPECT_EQ(Luma({255, 0, 0}), 76);
  EXPECT_EQ(Luma({0, 255, 0}), 150);
  EXPECT_EQ(Luma({0, 0, 255}), 29);
}

TEST(Luma, IsLookedUp) {
  LumaTable luma{};
  luma[1] = 90;
  luma[2] = 20;
  luma[255] = 200;
  Image grey(4);
  ToLuma(Image{0, 1, 2, 255}, luma, grey);
  EXPECT_EQ(grey, (Image{0, 90, 20, 200}));
}

}  // namespace
}  // namespace arcadeq
