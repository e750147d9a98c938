#include "stats/aggregate.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace arcadeq {
namespace {

rc::Gen<GameScores> SomeScores() {
  const auto score = rc::gen::map(rc::gen::inRange(-5, 5), [](int value) { return value / 4.0; });
  return rc::gen::container<GameScores>(
      3, rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(score)));
}

TEST(Aggregate, GamesCountTheSameWhateverTheirRuns) {
  const GameScores scores = {{0, 0, 0, 0}, {1}, {8, 10}};
  EXPECT_DOUBLE_EQ(MeanOverGames(scores), 10.0 / 3);
  EXPECT_EQ(MedianOverGames(scores), 1);
  EXPECT_DOUBLE_EQ(OptimalityGap(scores), 1.0 / 3);
  EXPECT_DOUBLE_EQ(OptimalityGap(scores, 9), 9 - (0 + 1 + 8.5) / 3);
}

TEST(Aggregate, TheInterquartileMeanDropsAQuarterAtEachEnd) {
  EXPECT_EQ(InterquartileMean({{-100, 1, 2, 1000}}), 1.5);
  EXPECT_EQ(InterquartileMean({{1000, 1}, {2, -100}}), 1.5) << "of all games together";
  EXPECT_EQ(InterquartileMean({{3, 1, 2}}), 2) << "of three nothing is dropped";
  EXPECT_EQ(InterquartileMean({{9, 1, 2, 3, 4}}), 3);
}

TEST(Aggregate, TiesCountHalf) {
  EXPECT_EQ(ProbabilityOfImprovement({{2, 3}}, {{1}}), 1);
  EXPECT_EQ(ProbabilityOfImprovement({{1}}, {{2, 3}}), 0);
  EXPECT_EQ(ProbabilityOfImprovement({{1, 2}}, {{2}}), 0.25);
  EXPECT_EQ(ProbabilityOfImprovement({{5, 5}}, {{5, 5, 5}}), 0.5);
  EXPECT_EQ(ProbabilityOfImprovement({{2}, {1}}, {{1}, {1}}), 0.75) << "the mean of two games";
}

RC_GTEST_PROP(Aggregate, ImprovementOfXAndOfYAddUpToOne, ()) {
  const GameScores x = *SomeScores(), y = *SomeScores();
  const double probability = ProbabilityOfImprovement(x, y);
  RC_ASSERT(probability >= 0 && probability <= 1);
  RC_ASSERT(std::abs(probability + ProbabilityOfImprovement(y, x) - 1) < 1e-12);
}

}  // namespace
}  // namespace arcadeq
