#include "plot/axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace arcadeq {
namespace {

using testing::ElementsAre;

TEST(Ticks, AreRoundNumbersThatCoverTheRange) {
  EXPECT_THAT(Ticks(0, 1, 5).labels, ElementsAre("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"));
  EXPECT_THAT(Ticks(-30, 412, 5).labels,
              ElementsAre("-100", "0", "100", "200", "300", "400", "500"));
  EXPECT_THAT(Ticks(0, 0.021, 4).labels, ElementsAre("0.00", "0.01", "0.02", "0.03"));
  EXPECT_THAT(Ticks(0, 4.8e7, 3).labels, ElementsAre("0", "20000000", "40000000", "60000000"));
}

TEST(Ticks, SurroundAnEmptyRange) {
  const Ticks ticks(7, 7, 4);
  EXPECT_LT(ticks.low(), 7);
  EXPECT_GT(ticks.high(), 7);
}

RC_GTEST_PROP(Ticks, CoverAnyRangeInAFewSteps, ()) {
  const double low = *rc::gen::inRange(-1'000'000, 1'000'000) / 1000.0;
  const double extent = *rc::gen::inRange(1, 1'000'000'000) / 1000.0;
  const int count = *rc::gen::inRange(2, 12);
  const Ticks ticks(low, low + extent, count);
  RC_ASSERT(ticks.low() <= low + 1e-6 * extent && ticks.high() >= low + extent * (1 - 1e-6));
  RC_ASSERT(ticks.values.size() >= 2u &&
            ticks.values.size() <= static_cast<std::size_t>(count) + 2);
  RC_ASSERT(ticks.labels.size() == ticks.values.size());
}

}  // namespace
}  // namespace arcadeq
