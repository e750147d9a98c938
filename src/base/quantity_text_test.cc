#include "base/quantity_text.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(QuantityText, OfCounts) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-123), "-123");
  EXPECT_EQ(FormatCount(-1234), "-1,234");
  EXPECT_EQ(FormatCount(0, "game"), "0 games");
  EXPECT_EQ(FormatCount(1, "game"), "1 game");
  EXPECT_EQ(FormatCount(1000, "game"), "1,000 games");
}

TEST(QuantityText, OfDurations) {
  EXPECT_EQ(FormatDuration(0), "0:00:00");
  EXPECT_EQ(FormatDuration(59.6), "0:01:00");
  EXPECT_EQ(FormatDuration(3600 + 23 * 60 + 45), "1:23:45");
  EXPECT_EQ(FormatDuration(100 * 3600), "100:00:00");
}

TEST(QuantityText, OfBytesHasThreeSignificantFigures) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(999), "999 B");
  EXPECT_EQ(FormatBytes(1000), "1.00 kB");
  EXPECT_EQ(FormatBytes(9'994), "9.99 kB");
  EXPECT_EQ(FormatBytes(9'996), "10.0 kB");
  EXPECT_EQ(FormatBytes(33'600), "33.6 kB");
  EXPECT_EQ(FormatBytes(99'960), "100 kB");
  EXPECT_EQ(FormatBytes(999'400), "999 kB");
  EXPECT_EQ(FormatBytes(999'600), "1.00 MB");
  EXPECT_EQ(FormatBytes(1'640'000'000), "1.64 GB");
  EXPECT_EQ(FormatBytes(2'000'000'000'000), "2.00 TB");
  EXPECT_EQ(FormatBytes(std::numeric_limits<std::int64_t>::max()), "9.22 EB");
}

}  // namespace
}  // namespace arcadeq
