#include "record/console/score_history.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace arcadeq {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::IsNan;

TEST(ScoreHistory, HoldsTheLastScoreOfEachPoint) {
  ScoreHistory history;
  EXPECT_TRUE(history.points().empty());
  history.Add(3, 10);
  history.Add(3, 20);
  history.Add(6, 30);
  EXPECT_THAT(history.points(), ElementsAre(IsNan(), IsNan(), 20, 20, 20, 30));
}

TEST(ScoreHistory, SpansAnyNumberOfSteps) {
  ScoreHistory history;
  constexpr std::int64_t kSteps = 1'000'000;
  for (std::int64_t step = 1; step <= kSteps; ++step) history.Add(step, static_cast<double>(step));
  const auto points = history.points();
  ASSERT_GT(points.size(), ScoreHistory::kMaxPoints / 2 - 1);
  ASSERT_LE(points.size(), ScoreHistory::kMaxPoints);
  const double steps_per_point = points[0];
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    EXPECT_EQ(points[i], steps_per_point * static_cast<double>(i + 1));
  }
  EXPECT_EQ(points.back(), kSteps);
}

TEST(ScoreHistory, LeavesRoomBeforeAFirstScoreThatComesLate) {
  ScoreHistory history;
  history.Add(4096, 1);
  history.Add(8192, 2);
  const auto points = history.points();
  ASSERT_EQ(points.size(), ScoreHistory::kMaxPoints);
  EXPECT_TRUE(std::isnan(points[254]));
  EXPECT_EQ(points[255], 1);
  EXPECT_EQ(points[510], 1);
  EXPECT_EQ(points[511], 2);
}

TEST(ScoreHistory, ContinuesFromItsState) {
  ScoreHistory history;
  for (std::int64_t step = 7; step < 2000; step += 3)
    history.Add(step, 1.5 * static_cast<double>(step));
  ScoreHistory restored;
  restored.Restore(history.Save());
  for (ScoreHistory* each : {&history, &restored}) each->Add(5000, 3);
  EXPECT_EQ(restored.Save(), history.Save());
  EXPECT_THAT(restored.points().back(), DoubleEq(3));
}

TEST(ScoreHistory, RefusesADamagedState) {
  ScoreHistory history;
  history.Add(3, 10);
  const std::string state = history.Save();
  for (std::size_t size = 0; size < state.size(); ++size) {
    EXPECT_THROW(ScoreHistory().Restore(state.substr(0, size)), UserError) << size;
  }
  EXPECT_THROW(ScoreHistory().Restore(state + "x"), UserError);
  std::string no_steps = state;
  no_steps[0] = 0;
  EXPECT_THROW(ScoreHistory().Restore(no_steps), UserError);
  std::string many = state.substr(0, 8) + std::string("\x01\x02\0\0\0\0\0\0", 8) +
                     std::string(513 * sizeof(double), '\0');
  EXPECT_THROW(ScoreHistory().Restore(many), UserError);
}

}  // namespace
}  // namespace arcadeq
