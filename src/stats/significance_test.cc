#include "stats/significance.h"

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(PermutationTest, ComesCloseToTheExactProbability) {
  // Of the 20 ways to choose 3 of 6 runs, only this one and its mirror image differ as much.
  EXPECT_NEAR(PermutationTest({{4, 5, 6}}, {{1, 2, 3}}), 0.1, 0.01);
  EXPECT_NEAR(PermutationTest({{5, 6, 7, 8}}, {{1, 2, 3, 4}}), 2.0 / 70, 0.005);
  // In each of two games: 2 of 400.
  EXPECT_NEAR(PermutationTest({{4, 5, 6}, {40, 50, 60}}, {{1, 2, 3}, {1, 2, 3}}), 0.005, 0.003);
}

TEST(PermutationTest, FindsNothingInEqualScores) {
  EXPECT_EQ(PermutationTest({{1, 2, 3}}, {{1, 2, 3}}), 1);
  EXPECT_EQ(PermutationTest({{2, 2}}, {{2, 2, 2}}), 1);
  EXPECT_EQ(PermutationTest({{0.1, 0.2, 0.3}}, {{0.3, 0.1, 0.2}}), 1);
}

// A difference of one game must not look like chance among the scores of another.
TEST(PermutationTest, RelabelsWithinAGame) {
  const GameScores x = {{5, 6, 7, 8}, {1000, 0, 500}};
  const GameScores y = {{1, 2, 3, 4}, {0, 1000, 500}};
  EXPECT_GT(PermutationTest(x, y), 0.5) << "the second game's spread hides the first's difference";
  EXPECT_EQ(PermutationTest(x, y), PermutationTest(y, x));
}

TEST(RunsNeeded, FollowsTheFormula) {
  // Both standard deviations are 10: 7.85 * 200 / 10^2.
  EXPECT_EQ(RunsNeeded({{0, 10, 20}}, {{10, 20, 30}}), 16);
  // Two games with the same spread: 7.85 * 400 / (4 * 10^2).
  EXPECT_EQ(RunsNeeded({{0, 10, 20}, {0, 10, 20}}, {{10, 20, 30}, {10, 20, 30}}), 8);
  EXPECT_EQ(RunsNeeded({{0, 10, 20}}, {{1000, 1010, 1020}}), 4);
  EXPECT_EQ(RunsNeeded({{0, 10, 20}}, {{0, 10, 20}}), 0);
  EXPECT_EQ(RunsNeeded({{0, 1000}}, {{0, 1000.0001}}), 1'000'000'000);
}

}  // namespace
}  // namespace arcadeq
