#include "train/pace.h"

#include <chrono>

#include <gtest/gtest.h>

#include "config/config.h"
#include "train/testing/short_run.h"

namespace arcadeq {
namespace {

// Its evaluations would take hours.
TEST(MeasurePace, DoesNotEvaluate) {
  Config config = testing::ShortCatch();
  config.evaluation.every_steps = 1;
  config.evaluation.episodes = 100'000;
  using std::chrono::seconds;
  EXPECT_GT(MeasurePace(config, seconds(0), seconds(0)).steps_per_second, 0);
}

}  // namespace
}  // namespace arcadeq
