#include "agent/epsilon_schedule.h"

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(EpsilonSchedule, TheTutorialPresetsEndsAtStep500000) {
  const EpsilonSchedule schedule(PolicyConfig{}, 50000);
  EXPECT_EQ(schedule.At(0), 1.0);
  EXPECT_EQ(schedule.At(49999), 1.0);
  EXPECT_EQ(schedule.At(50000), 1.0);
  EXPECT_NEAR(schedule.At(275000), 0.55, 1e-12);
  // The tutorial's own formula gives 0.19 here and then jumps.
  EXPECT_NEAR(schedule.At(499999), 0.1, 1e-5);
  EXPECT_NEAR(schedule.At(500000), 0.1, 1e-12);
  EXPECT_NEAR(schedule.At(5000000), 0.1, 1e-12);
}

TEST(EpsilonSchedule, IsOneBeforeLearningWhateverItsStart) {
  PolicyConfig config;
  config.epsilon_start = 0.5;
  config.epsilon_end = 0.0;
  config.epsilon_decay_steps = 10;
  const EpsilonSchedule schedule(config, 5);
  EXPECT_EQ(schedule.At(4), 1.0);
  EXPECT_EQ(schedule.At(5), 0.5);
  EXPECT_NEAR(schedule.At(10), 0.25, 1e-12);
  EXPECT_EQ(schedule.At(15), 0.0);
}

}  // namespace
}  // namespace arcadeq
