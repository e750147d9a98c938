#include "report/score.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

RunContents Trained(double raw_return, int episodes) {
  RunContents run;
  run.episodes.assign(episodes, EpisodeRow{.raw_return = raw_return});
  return run;
}

RunContents Evaluated(std::vector<double> scores) {
  RunContents run = Trained(1, 200);
  run.evaluations.push_back(
      {"evaluation.json",
       {.game = "catch", .protocol = "sticky", .epsilon = 0.001, .scores = std::move(scores)}});
  return run;
}

TEST(Score, IsThatOfTheEvaluation) {
  const auto score = ScoreOf(Evaluated({10, 30}));
  ASSERT_TRUE(score);
  EXPECT_EQ(score->mean, 20);
  EXPECT_EQ(score->interval->low, 10);
  EXPECT_EQ(score->interval->high, 30);
  EXPECT_EQ(score->basis, "2 games (protocol sticky, epsilon 0.001)");
  EXPECT_TRUE(score->evaluated);
}

TEST(Score, IsOtherwiseThatOfTheLastTrainingEpisodes) {
  const auto score = ScoreOf(Trained(5, 200));
  ASSERT_TRUE(score);
  EXPECT_EQ(score->mean, 5);
  EXPECT_EQ(score->basis, "last 100 training episodes");
  EXPECT_FALSE(score->evaluated);
  EXPECT_EQ(ScoreOf(Trained(5, 1))->basis, "last 1 training episode");
  EXPECT_FALSE(ScoreOf(Trained(5, 1))->interval);
  EXPECT_FALSE(ScoreOf(Trained(5, 0)));
}

TEST(Score, OfSeveralRunsIsTheMeanOfTheirs) {
  const RunContents a = Evaluated({10, 30}), b = Evaluated({40, 60}), c = Trained(5, 200),
                    none = Trained(0, 0);
  const auto score = ScoreOf(ReportedAgent{"x", {&a, &b, &none}});
  ASSERT_TRUE(score);
  EXPECT_EQ(score->mean, 35);
  EXPECT_EQ(score->interval->low, 20);
  EXPECT_EQ(score->interval->high, 50);
  EXPECT_EQ(score->basis, "2 runs, each 2 games (protocol sticky, epsilon 0.001)");
  EXPECT_EQ(ScoreOf(ReportedAgent{"x", {&a, &c}})->basis, "2 runs, each on its own terms");
  EXPECT_EQ(ScoreOf(ReportedAgent{"x", {&a, &none}})->mean, 20);
  EXPECT_FALSE(ScoreOf(ReportedAgent{"x", {&none}}));
}

}  // namespace
}  // namespace arcadeq
