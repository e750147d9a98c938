#include "film/gif_writer.h"

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/testing/temporary_directory.h"
#include "film/testing/gif_decoder.h"
#include "film/testing/shown.h"
#include "picture/image.h"
#include "picture/testing/image.h"

namespace arcadeq {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

std::vector<int> Delays(const DecodedGif& gif) {
  std::vector<int> delays;
  delays.reserve(gif.pictures.size());
  for (const auto& picture : gif.pictures) delays.push_back(picture.delay);
  return delays;
}

int TotalDelay(const DecodedGif& gif) {
  const std::vector<int> delays = Delays(gif);
  return std::accumulate(delays.begin(), delays.end(), 0);
}

// The given number of distinct colours, for example the console's 128.
std::vector<std::uint8_t> PaletteOf(int colours) {
  std::vector<std::uint8_t> palette;
  for (int i = 0; i < colours; ++i) {
    palette.insert(palette.end(), {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(255 - i),
                                   static_cast<std::uint8_t>(7 * i)});
  }
  return palette;
}

DecodedGif WriteAndDecode(const std::vector<Shown>& pictures, int height = 0, int width = 0) {
  const TemporaryDirectory directory;
  GifWriter writer(directory / "x.gif", height, width);
  AddAll(pictures, writer);
  writer.Close();
  return DecodeGif(directory / "x.gif");
}

TEST(GifWriter, KeepsPicturesPaletteAndTimesExactly) {
  std::vector<Shown> pictures(3, PlainImage(0, 210, 160));
  for (int i = 0; i < 3; ++i) {
    pictures[i].palette = PaletteOf(128);
    for (std::size_t p = 0; p < pictures[i].pixels.size(); ++p) {
      pictures[i].pixels[p] = static_cast<std::uint8_t>((p * (i + 1) / 3) % 128);
    }
    pictures[i].seconds = 0.04 + 0.01 * i;
  }
  const DecodedGif gif = WriteAndDecode(pictures);
  EXPECT_EQ(gif.height, 210);
  EXPECT_EQ(gif.width, 160);
  EXPECT_TRUE(gif.loops_for_ever);
  EXPECT_EQ(gif.palette, PaletteOf(128));
  EXPECT_THAT(Delays(gif), ElementsAre(4, 5, 6));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(gif.pictures[i].rgb, RgbOf(pictures[i])) << i;
}

// Random changes of few pixels, with palettes of a few to 256 colours.
RC_GTEST_PROP(GifWriter, KeepsAnyPictures, ()) {
  const int colours = *rc::gen::element(1, 2, 3, 4, 5, 128, 255, 256);
  const int height = *rc::gen::inRange(1, 12);
  const int width = *rc::gen::inRange(1, 12);
  const auto pixel = rc::gen::map(rc::gen::inRange(0, colours),
                                  [](int colour) { return static_cast<std::uint8_t>(colour); });
  Image picture = PlainImage(0, height, width);
  picture.pixels = *rc::gen::container<std::vector<std::uint8_t>>(picture.pixels.size(), pixel);
  picture.palette = PaletteOf(colours);
  std::vector<Shown> pictures;
  const int count = *rc::gen::inRange(1, 10);
  for (int i = 0; i < count; ++i) {
    const int changes = *rc::gen::inRange(0, 4);
    for (int c = 0; c < changes; ++c) {
      picture.pixels[*rc::gen::inRange<std::size_t>(0, picture.pixels.size())] = *pixel;
    }
    if (*rc::gen::inRange(0, 5) == 0) picture.palette[0] ^= 0x80;
    pictures.push_back(picture);
  }

  const DecodedGif gif = WriteAndDecode(pictures);
  // A picture that equals the last one prolongs it.
  std::size_t shown = 0;
  std::int64_t until = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (i > 0 && (pictures[i].pixels != pictures[i - 1].pixels ||
                  pictures[i].palette != pictures[i - 1].palette)) {
      RC_ASSERT(gif.pictures[shown].delay == 5 * static_cast<std::int64_t>(i) - until);
      until = 5 * static_cast<std::int64_t>(i);
      ++shown;
    }
    RC_ASSERT(shown < gif.pictures.size());
    RC_ASSERT(gif.pictures[shown].rgb == RgbOf(pictures[i]));
  }
  RC_ASSERT(shown + 1 == gif.pictures.size());
  RC_ASSERT(TotalDelay(gif) == 5 * count);
}

TEST(GifWriter, ScalesByNearestNeighbour) {
  Image picture = PlainImage();
  for (std::size_t p = 0; p < picture.pixels.size(); ++p) picture.pixels[p] = p % 4;
  Image next = picture;
  next.pixels[9] = 0;
  const DecodedGif twice = WriteAndDecode({picture, next}, 12, 8);
  EXPECT_EQ(twice.height, 12);
  EXPECT_EQ(twice.width, 8);
  EXPECT_EQ(twice.pictures[0].rgb, RgbOf(picture, 2));
  EXPECT_EQ(twice.pictures[1].rgb, RgbOf(next, 2));

  // 210x160 at the article's 480x320: row y shows row y*210/480.
  Image screen = PlainImage(0, 210, 160);
  for (int p = 0; p < 210 * 160; ++p) screen.pixels[p] = static_cast<std::uint8_t>(p / 160 % 4);
  const DecodedGif gif = WriteAndDecode({screen}, 480, 320);
  for (int y = 0; y < 480; ++y) {
    EXPECT_EQ(gif.pictures[0].rgb[3 * 320 * y], screen.palette[3 * (y * 210 / 480 % 4)]) << y;
  }
}

TEST(GifWriter, CodesOnlyWhatChanged) {
  Image first = PlainImage(0, 100, 100);
  Image second = first;
  second.pixels[20 * 100 + 30] = 1;
  second.pixels[22 * 100 + 34] = 2;
  const DecodedGif gif = WriteAndDecode({first, second});
  EXPECT_EQ(gif.pictures[1].coded_pixels, 3 * 5);
  EXPECT_EQ(gif.pictures[1].rgb, RgbOf(second));
}

// The emulator's 60 frames per second are more than a GIF can show; the newest wins.
TEST(GifWriter, KeepsTheSpeedOfFastPictures) {
  std::vector<Shown> pictures;
  for (int i = 0; i < 600; ++i) {
    pictures.push_back(PlainImage(static_cast<std::uint8_t>(i % 4)));
    pictures.back().seconds = 1.0 / 60;
  }
  const DecodedGif gif = WriteAndDecode(pictures);
  EXPECT_EQ(TotalDelay(gif), 1000);
  EXPECT_THAT(Delays(gif), Each(testing::Ge(2)));
  EXPECT_EQ(gif.pictures.size(), 400u) << "two of three";
  EXPECT_EQ(gif.pictures.back().rgb, RgbOf(pictures.back()));
}

TEST(GifWriter, SumsTimesBeforeRounding) {
  std::vector<Shown> pictures;
  for (int i = 0; i < 300; ++i) {
    pictures.push_back(PlainImage(static_cast<std::uint8_t>(i % 2)));
    pictures.back().seconds = (2 + i % 3) / 60.0;  // a frame skip of 2, 3 or 4
  }
  const DecodedGif gif = WriteAndDecode(pictures);
  EXPECT_THAT(gif.pictures, SizeIs(300));
  EXPECT_EQ(TotalDelay(gif), 1500);
}

// Half an hour of an idle game, and every duration that leaves a short remainder.
TEST(GifWriter, RepeatsAPictureShownForLongerThanTheLongestDelay) {
  const Image first = PlainImage(), last = PlainImage(1);
  for (const int hundredths : {65535, 65536, 65537, 65538, 131070, 131071, 180000}) {
    const Shown idle(PlainImage(2), hundredths / 100.0);
    const DecodedGif gif = WriteAndDecode({first, idle, last});
    EXPECT_EQ(TotalDelay(gif), 5 + hundredths + 5);
    EXPECT_THAT(Delays(gif), Each(testing::Ge(2)));
    EXPECT_EQ(gif.pictures.front().rgb, RgbOf(first));
    EXPECT_EQ(gif.pictures.back().rgb, RgbOf(last));
    for (std::size_t i = 1; i + 1 < gif.pictures.size(); ++i) {
      EXPECT_EQ(gif.pictures[i].rgb, RgbOf(idle));
      if (i > 1) {
        EXPECT_EQ(gif.pictures[i].coded_pixels, 1);
      }
    }
  }
}

}  // namespace
}  // namespace arcadeq
