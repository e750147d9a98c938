#include "record/run_status.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "record/event.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::DoubleEq;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

Progress At(std::int64_t step, std::int64_t frame, double steps_per_second) {
  Progress progress;
  progress.step = step;
  progress.frame = frame;
  progress.steps_per_second = steps_per_second;
  progress.epsilon = 0.98345;
  progress.learning = true;
  progress.loss = 0.0123446;
  return progress;
}

TEST(RunStatus, SummarizesTheRunInOneLine) {
  RunStatus status;
  status.Update(RunBegan{"space_invaders", 325545, 0, 0});
  status.Update(LearningEpisode(1, 155));
  status.Update(LearningEpisode(2, 300));
  status.Update(At(16500, 49500, 61.6));
  EXPECT_EQ(status.Line(),
            "49,500 frames, 62 steps/s, mean reward: 227.5, eps: 0.983, loss: 0.01234, "
            "time left: 1:23:37");
}

TEST(RunStatus, OmitsUnknownValues) {
  RunStatus status;
  status.Update(RunBegan{"space_invaders", 1000, 0, 0});
  Progress progress = At(10, 30, 500);
  progress.learning = false;
  progress.loss = std::numeric_limits<double>::quiet_NaN();
  status.Update(progress);
  EXPECT_EQ(status.Line(), "30 frames, 500 steps/s, eps: 0.983");
}

TEST(RunStatus, AveragesTheLast100Episodes) {
  RunStatus status;
  status.Update(At(1, 3, 1));
  for (int i = 1; i <= 50; ++i) status.Update(LearningEpisode(i, 1e6));
  for (int i = 51; i <= 150; ++i) status.Update(LearningEpisode(i, i % 2 == 0 ? 10 : 20));
  EXPECT_THAT(status.Line(), HasSubstr("mean reward: 15.0,"));
}

TEST(RunStatus, EstimatesTheTimeLeftByEachLimit) {
  {
    RunStatus status;
    status.Update(RunBegan{"", 1000, 0, 0});
    status.Update(At(400, 1200, 50));
    EXPECT_THAT(status.SecondsLeft(), Optional(DoubleEq(12)));
  }
  {
    RunStatus status;
    status.Update(RunBegan{"", 0, 3000, 0});
    status.Update(At(400, 1200, 50));  // 3 frames per step: 600 steps left
    EXPECT_THAT(status.SecondsLeft(), Optional(DoubleEq(12)));
  }
  {
    RunStatus status;
    status.Update(RunBegan{"", 0, 0, 10});
    status.Update(At(400, 1200, 50));
    EXPECT_EQ(status.SecondsLeft(), std::nullopt);  // no episode's length is known yet
    status.Update(LearningEpisode(4, 0));           // 100 steps; 6 episodes left
    EXPECT_THAT(status.SecondsLeft(), Optional(DoubleEq(12)));
  }
}

TEST(RunStatus, UsesTheFirstOfSeveralLimits) {
  RunStatus status;
  status.Update(RunBegan{"", 1000, 1500, 0});
  status.Update(At(400, 1200, 50));
  EXPECT_THAT(status.SecondsLeft(), Optional(DoubleEq(2)));
}

TEST(RunStatus, ReportsTheLimitThatTheRunIsNearestTo) {
  RunStatus status;
  status.Update(RunBegan{"", 1000, 1500, 0});
  status.Update(At(400, 1200, 50));
  ASSERT_TRUE(status.NearestLimit());
  EXPECT_EQ(status.NearestLimit()->unit, "frames");
  EXPECT_EQ(status.NearestLimit()->done, 1200);
  EXPECT_EQ(status.NearestLimit()->share, 0.8);
  EXPECT_EQ(RunStatus().NearestLimit(), std::nullopt);
}

TEST(RunStatus, ComparesWithTheRunsOwnRandomEpisodesIfNoScoreIsPublished) {
  RunStatus status;
  RunBegan began;
  began.random_score = std::numeric_limits<double>::quiet_NaN();
  status.Update(began);
  Progress progress;
  progress.random_return = 5;
  status.Update(progress);
  EXPECT_EQ(status.RandomScore(), 5);
  began.random_score = 148;
  status.Update(began);
  EXPECT_EQ(status.RandomScore(), 148);
}

TEST(RunStatus, HasNoTimeLeftWithoutALimit) {
  RunStatus status;
  status.Update(RunBegan{});
  status.Update(At(400, 1200, 50));
  EXPECT_EQ(status.SecondsLeft(), std::nullopt);
  EXPECT_THAT(status.Line(), EndsWith("loss: 0.01234"));
}

TEST(RunStatus, ContinuesFromItsState) {
  RunStatus status;
  for (int i = 1; i <= 130; ++i) status.Update(LearningEpisode(i, i));
  RunStatus restored;
  restored.Restore(status.Save());
  EXPECT_EQ(restored.Save(), status.Save());
  for (RunStatus* each : {&status, &restored}) {
    each->Update(RunBegan{"", 0, 0, 140});
    each->Update(At(400, 1200, 50));
    each->Update(LearningEpisode(131, 1000));
  }
  EXPECT_EQ(restored.Line(), status.Line());
  EXPECT_EQ(restored.SecondsLeft(), status.SecondsLeft());
  EXPECT_THAT(restored.Line(), HasSubstr("mean reward: 90.2"));  // of 32 to 130, and 1000
}

TEST(RunStatus, KnowsTheLastOfEverything) {
  RunStatus status;
  EXPECT_EQ(status.MeanReturn(), std::nullopt);
  EXPECT_EQ(status.last_episodes(), 0);
  EXPECT_TRUE(status.dead_units().empty());
  status.Update(RunBegan{"catch", 1000});
  for (int i = 1; i <= 130; ++i) status.Update(LearningEpisode(i, i));
  status.Update(Diagnosis{100, {{"conv1", 0.25}}, 7});
  status.Update(At(400, 1200, 50));
  EXPECT_EQ(status.began().game, "catch");
  EXPECT_EQ(status.episodes(), 130);
  EXPECT_THAT(status.MeanReturn(), Optional(80.5));
  EXPECT_EQ(status.last_episodes(), 100);
  EXPECT_THAT(status.dead_units(), testing::ElementsAre(NamedValue{"conv1", 0.25}));
  EXPECT_EQ(status.progress().step, 400);

  status.Update(RunEnded{500, 1500, 131, 20, "interrupted", true});
  EXPECT_EQ(status.progress().step, 500);
  EXPECT_EQ(status.progress().frame, 1500);
  EXPECT_EQ(status.progress().wall_seconds, 20);
  EXPECT_EQ(status.progress().steps_per_second, 50) << "the last that is known";
}

TEST(RunStatus, RefusesADamagedState) {
  RunStatus status;
  for (int i = 1; i <= 3; ++i) status.Update(LearningEpisode(i, i));
  const std::string state = status.Save();
  for (std::size_t size = 0; size < state.size(); ++size) {
    EXPECT_THROW(RunStatus().Restore(state.substr(0, size)), UserError) << size;
  }
  EXPECT_THROW(RunStatus().Restore(state + "x"), UserError);
  std::string many = state;
  many[8] = 101;  // scores, of 100 at most
  EXPECT_THROW(RunStatus().Restore(many), UserError);
}

}  // namespace
}  // namespace arcadeq
