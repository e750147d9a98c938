#include "train/phase_times.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/event.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PhaseTimes, ReportsTheSharesSinceTheLastReport) {
  PhaseTimes times;
  EXPECT_THAT(times.Report(), IsEmpty());
  times.Add({.acting = 1, .environment = 2}, 4);
  times.Add({.learning = 2, .evaluation = 1}, 4);
  EXPECT_THAT(times.Report(),
              ElementsAre(NamedValue{"acting", 0.125}, NamedValue{"environment", 0.25},
                          NamedValue{"learning", 0.25}, NamedValue{"evaluation", 0.125},
                          NamedValue{"other", 0.25}));
  times.Add({.learning = 3}, 4);
  const auto last = times.Report();
  EXPECT_THAT(last, ElementsAre(NamedValue{"acting", 0}, NamedValue{"environment", 0},
                                NamedValue{"learning", 0.75}, NamedValue{"evaluation", 0},
                                NamedValue{"other", 0.25}));
  EXPECT_EQ(times.Report(), last) << "of several reports within a window";
}

// The total and the phases are measured by different readings of the clock.
TEST(PhaseTimes, AddUpToOneEvenIfTheTotalIsTooSmall) {
  PhaseTimes times;
  times.Add({.learning = 2}, 1.5);
  EXPECT_THAT(times.Report(), ElementsAre(NamedValue{"acting", 0}, NamedValue{"environment", 0},
                                          NamedValue{"learning", 1}, NamedValue{"evaluation", 0},
                                          NamedValue{"other", 0}));
}

}  // namespace
}  // namespace arcadeq
