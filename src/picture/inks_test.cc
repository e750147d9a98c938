#include "picture/inks.h"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

std::set<std::uint8_t> AllOf(const Inks& inks) {
  std::set<std::uint8_t> all;
  for (int ink = 0; ink < static_cast<int>(OverlayInk::kCount); ++ink) {
    all.insert(inks[static_cast<OverlayInk>(ink)]);
  }
  return all;
}

TEST(Inks, AddsItsColoursToASmallPalette) {
  const std::vector<std::uint8_t> palette = {9, 8, 7, 200, 10, 20};
  const Inks inks(palette);
  EXPECT_EQ(std::vector(inks.palette().begin(), inks.palette().begin() + 6), palette);
  EXPECT_LE(inks.palette().size(), 3u * 256);
  EXPECT_EQ(AllOf(inks).size(), static_cast<std::size_t>(OverlayInk::kCount));
  for (int level = 0; level < 256; ++level) {
    EXPECT_LE(std::abs(inks.palette()[3 * inks.Grey(static_cast<std::uint8_t>(level))] - level), 5);
  }
}

// As the console's, whose colours come from a grid of hues and brightnesses.
TEST(Inks, UsesTheNearestColoursOfAFullPalette) {
  std::vector<std::uint8_t> palette;
  for (int i = 0; i < 256; ++i) {
    palette.insert(palette.end(), {static_cast<std::uint8_t>(i / 64 * 85),
                                   static_cast<std::uint8_t>(i / 8 % 8 * 36),
                                   static_cast<std::uint8_t>(i % 8 * 36)});
  }
  const Inks inks(palette);
  EXPECT_EQ(inks.palette(), palette);
  EXPECT_EQ(AllOf(inks).size(), static_cast<std::size_t>(OverlayInk::kCount))
      << "some look the same";
}

}  // namespace
}  // namespace arcadeq
