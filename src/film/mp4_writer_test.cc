#include "film/mp4_writer.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "film/testing/mp4_decoder.h"
#include "film/testing/shown.h"
#include "picture/image.h"
#include "picture/testing/image.h"

namespace arcadeq {
namespace {

using testing::AnyOf;

DecodedMp4 WriteAndDecode(const std::vector<Shown>& pictures, int height = 0, int width = 0) {
  const TemporaryDirectory directory;
  Mp4Writer writer(directory / "x.mp4", height, width);
  AddAll(pictures, writer);
  writer.Close();
  return DecodeMp4(directory / "x.mp4");
}

// The compression is lossy, but a plain colour hardly suffers.
void ExpectAlmostEqual(const std::vector<std::uint8_t>& rgb,
                       const std::vector<std::uint8_t>& expected) {
  ASSERT_EQ(rgb.size(), expected.size());
  for (std::size_t i = 0; i < rgb.size(); ++i) {
    ASSERT_LE(std::abs(rgb[i] - expected[i]), 8) << "at " << i;
  }
}

TEST(Mp4Writer, KeepsPicturesAndTheirTimes) {
  std::vector<Shown> pictures;
  for (int i = 0; i < 40; ++i) {
    // Frame skips of 2 to 4, then a picture of a second.
    pictures.emplace_back(PlainImage(static_cast<std::uint8_t>(i % 4), 64, 48),
                          i == 39 ? 1.0 : (2 + i % 3) / 60.0);
  }
  const DecodedMp4 film = WriteAndDecode(pictures);
  EXPECT_THAT(film.codec, AnyOf("h264", "mpeg4"));
  EXPECT_EQ(film.height, 64);
  EXPECT_EQ(film.width, 48);
  ASSERT_EQ(film.pictures.size(), pictures.size());
  double from = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    EXPECT_NEAR(film.pictures[i].from, from, 1e-4) << i;
    EXPECT_NEAR(film.pictures[i].seconds, pictures[i].seconds, 1e-4) << i;
    ExpectAlmostEqual(film.pictures[i].rgb, RgbOf(pictures[i]));
    from += pictures[i].seconds;
  }
}

// PAL games, and 60 pictures per second.
TEST(Mp4Writer, KeepsTheSpeedOfEveryConsole) {
  for (const double rate : {50.0, 60.0}) {
    const std::vector<Shown> pictures(100, Shown(PlainImage(1, 16, 16), 1 / rate));
    const DecodedMp4 film = WriteAndDecode(pictures);
    ASSERT_EQ(film.pictures.size(), 100u);
    EXPECT_NEAR(film.pictures.back().from, 99 / rate, 1e-6);
  }
}

TEST(Mp4Writer, RoundsOddSidesUp) {
  const DecodedMp4 own = WriteAndDecode({PlainImage(1, 105, 81)});
  EXPECT_EQ(own.height, 106);
  EXPECT_EQ(own.width, 82);
  const DecodedMp4 scaled = WriteAndDecode({PlainImage(1, 6, 4)}, 33, 21);
  EXPECT_EQ(scaled.height, 34);
  EXPECT_EQ(scaled.width, 22);
  ExpectAlmostEqual(scaled.pictures[0].rgb, RgbOf(PlainImage(1, 34, 22)));
}

}  // namespace
}  // namespace arcadeq
