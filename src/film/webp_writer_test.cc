#include "film/webp_writer.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "film/testing/shown.h"
#include "film/testing/webp_decoder.h"
#include "picture/image.h"
#include "picture/testing/image.h"

namespace arcadeq {
namespace {

DecodedWebp WriteAndDecode(const std::vector<Shown>& pictures, int height = 0, int width = 0) {
  const TemporaryDirectory directory;
  WebpWriter writer(directory / "x.webp", height, width);
  AddAll(pictures, writer);
  writer.Close();
  return DecodeWebp(directory / "x.webp");
}

RC_GTEST_PROP(WebpWriter, KeepsAnyPicturesExactly, ()) {
  const int height = *rc::gen::inRange(1, 12);
  const int width = *rc::gen::inRange(1, 12);
  const auto pixel = rc::gen::map(rc::gen::inRange(0, 4),
                                  [](int colour) { return static_cast<std::uint8_t>(colour); });
  Image picture = PlainImage(0, height, width);
  std::vector<Shown> pictures;
  const int count = *rc::gen::inRange(2, 10);  // a single picture has no time
  for (int i = 0; i < count; ++i) {
    picture.pixels[*rc::gen::inRange<std::size_t>(0, picture.pixels.size())] = *pixel;
    picture.pixels[0] = static_cast<std::uint8_t>(i % 2);  // differs from the last
    pictures.emplace_back(picture);
  }
  const DecodedWebp film = WriteAndDecode(pictures);
  RC_ASSERT(film.height == height);
  RC_ASSERT(film.width == width);
  RC_ASSERT(film.pictures.size() == pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    RC_ASSERT(film.pictures[i].rgb == RgbOf(pictures[i]));
    RC_ASSERT(film.pictures[i].until == 50 * static_cast<int>(i + 1));
  }
}

TEST(WebpWriter, LoopsForeverAndScalesByNearestNeighbour) {
  Image picture = PlainImage();
  for (std::size_t p = 0; p < picture.pixels.size(); ++p) picture.pixels[p] = p % 4;
  const DecodedWebp film = WriteAndDecode({picture, PlainImage()}, 12, 8);
  EXPECT_TRUE(film.loops_for_ever);
  EXPECT_EQ(film.height, 12);
  EXPECT_EQ(film.width, 8);
  EXPECT_EQ(film.pictures[0].rgb, RgbOf(picture, 2));
}

TEST(WebpWriter, SumsTimesBeforeRounding) {
  std::vector<Shown> pictures;
  for (int i = 0; i < 300; ++i) {
    pictures.emplace_back(PlainImage(static_cast<std::uint8_t>(i % 2)), 1 / 60.0);
  }
  EXPECT_EQ(WriteAndDecode(pictures).pictures.back().until, 5000);
}

TEST(WebpWriter, RefusesASideThatTheFormatLacks) {
  const TemporaryDirectory directory;
  WebpWriter writer(directory / "x.webp", 16384, 10);
  EXPECT_THAT(RefusalOf([&] { writer.Add(PlainImage(), 1); }),
              testing::HasSubstr("at most 16383 pixels a side, not 10x16384"));
}

}  // namespace
}  // namespace arcadeq
