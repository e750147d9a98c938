#include "plot/layout.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using testing::ElementsAre;

TEST(Layout, RangesCoverEveryPartAndZero) {
  const std::vector<ChartSeries> series = {
      {.name = "a", .thin = {{{2, 5}}}, .thick = {{3, -4}}, .band = {{9, 1, 7}}}};
  EXPECT_EQ(RangeOfX(series).low(), 0);
  EXPECT_EQ(RangeOfX(series).high(), 9);
  EXPECT_EQ(RangeOfY(series).low(), -4);
  EXPECT_EQ(RangeOfY(series).high(), 7);
  EXPECT_EQ(RangeOfY({}).high(), 1) << "never empty";
}

TEST(Layout, SpreadsLabelsApart) {
  EXPECT_THAT(SpreadApart(std::vector{5.0, 50.0}, 10, 0, 100), ElementsAre(5, 50));
  EXPECT_THAT(SpreadApart(std::vector{50.0, 48.0}, 10, 0, 100), ElementsAre(58, 48));
  EXPECT_THAT(SpreadApart(std::vector{99.0, 100.0}, 10, 0, 100), ElementsAre(90, 100));
  EXPECT_THAT(SpreadApart({}, 10, 0, 100), ElementsAre());
}

}  // namespace
}  // namespace arcadeq
