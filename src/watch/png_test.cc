#include "watch/png.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <png.h>

#include "base/testing/refusal.h"
#include "picture/image.h"

namespace arcadeq {
namespace {

// `colours` of them, in columns.
Image Stripes(int colours) {
  Image picture;
  picture.height = 3;
  picture.width = colours + 2;
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>((x + y) % colours));
    }
  }
  for (int i = 0; i < colours; ++i) {
    for (const int channel : {i, 255 - i, (37 * i) % 256}) {
      picture.palette.push_back(static_cast<std::uint8_t>(channel));
    }
  }
  return picture;
}

// Each pixel's red, green and blue.
std::vector<std::uint8_t> Colours(const Image& picture) {
  std::vector<std::uint8_t> colours;
  for (const std::uint8_t pixel : picture.pixels) {
    const auto* colour = &picture.palette[std::size_t{3} * pixel];
    colours.insert(colours.end(), colour, colour + 3);
  }
  return colours;
}

TEST(Png, HoldsThePicture) {
  for (const int colours : {1, 2, 4, 7, 128, 256}) {
    const Image picture = Stripes(colours);
    const std::string png = EncodePng(picture);
    png_image read = {};
    read.version = PNG_IMAGE_VERSION;
    ASSERT_NE(png_image_begin_read_from_memory(&read, png.data(), png.size()), 0) << read.message;
    EXPECT_EQ(read.height, picture.height);
    EXPECT_EQ(read.width, picture.width);
    EXPECT_EQ(read.format & PNG_FORMAT_FLAG_COLORMAP, PNG_FORMAT_FLAG_COLORMAP);
    read.format = PNG_FORMAT_RGB;
    std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(read));
    ASSERT_NE(png_image_finish_read(&read, nullptr, pixels.data(), 0, nullptr), 0) << read.message;
    EXPECT_EQ(pixels, Colours(picture)) << colours;
  }
}

TEST(Png, RefusesPicturesOfAnotherSize) {
  Image picture = Stripes(4);
  picture.pixels.pop_back();
  EXPECT_NE(RefusalOf([&] { EncodePng(picture); }), "");
  picture.width = picture.height = 0;
  picture.pixels.clear();
  EXPECT_NE(RefusalOf([&] { EncodePng(picture); }), "");
}

}  // namespace
}  // namespace arcadeq
