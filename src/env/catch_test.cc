#include "env/catch.h"

#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/random.h"
#include "env/env.h"

namespace arcadeq {
namespace {

constexpr int kLeft = 0, kStay = 1, kRight = 2;

int TowardsTheBall(const Catch& env) {
  return 1 + (env.ball_column() > env.paddle_column()) - (env.ball_column() < env.paddle_column());
}

TEST(Catch, RewardsACatchAndEndsThere) {
  Catch env(RandomStream(1, "env"));
  std::set<int> columns;
  for (int episode = 0; episode < 50; ++episode) {
    EXPECT_EQ(env.Reset(), 0);
    columns.insert(env.ball_column());
    for (int step = 1; step < Catch::kRows - 1; ++step) {
      const StepResult result = env.Step(TowardsTheBall(env));
      ASSERT_FALSE(result.done());
      ASSERT_EQ(result.raw_reward, 0);
      ASSERT_EQ(result.frames, 1);
    }
    const StepResult last = env.Step(TowardsTheBall(env));
    EXPECT_TRUE(last.terminated);
    EXPECT_FALSE(last.truncated);
    EXPECT_EQ(last.raw_reward, 1);
    EXPECT_EQ(last.reward, 1);
  }
  EXPECT_EQ(columns.size(), 5u) << "the ball starts in every column";
}

TEST(Catch, PunishesAMiss) {
  Catch env(RandomStream(1, "env"));
  env.Reset();
  StepResult result;
  while (!result.done()) result = env.Step(env.ball_column() < 3 ? kRight : kLeft);
  EXPECT_TRUE(result.terminated);
  EXPECT_EQ(result.raw_reward, -1);
  EXPECT_EQ(result.reward, -1);
}

TEST(Catch, ThePaddleMovesOneColumnAndStopsAtTheWalls) {
  Catch env(RandomStream(1, "env"));
  env.Reset();
  std::vector<int> columns;
  for (int action : {kLeft, kLeft, kLeft, kStay, kRight}) {
    env.Step(action);
    columns.push_back(env.paddle_column());
  }
  EXPECT_EQ(columns, (std::vector{1, 0, 0, 0, 1}));
  env.Reset();
  columns.clear();
  for (int action : {kRight, kRight, kRight, kStay, kLeft}) {
    env.Step(action);
    columns.push_back(env.paddle_column());
  }
  EXPECT_EQ(columns, (std::vector{3, 4, 4, 4, 3}));
}

TEST(Catch, RandomPlayCatchesAboutOneBallInFive) {
  Catch env(RandomStream(1, "env"));
  RandomStream policy(1, "policy");
  double sum = 0;
  for (int episode = 0; episode < 2000; ++episode) {
    env.Reset();
    StepResult result;
    while (!result.done()) result = env.Step(static_cast<int>(policy.Below(3)));
    sum += result.raw_reward;
  }
  EXPECT_NEAR(sum / 2000, -0.6, 0.07);
}

TEST(Catch, DrawsBallAndPaddleAsCells) {
  Catch env(RandomStream(5, "env"));
  ASSERT_EQ(env.spec().frame, (FrameFormat{ElementType::kUint8, 44, 44}));
  EXPECT_EQ(env.spec().frames_per_second, 8);
  env.Reset();
  StepResult result;
  while (!result.done()) {
    const ScreenView screen = env.screen();
    ASSERT_EQ(screen.height, 44);
    ASSERT_EQ(screen.width, 44);
    for (int y = 0; y < 44; ++y) {
      for (int x = 0; x < 44; ++x) {
        const auto in_cell = [&](int row, int column) {
          const int top = Catch::kMargin + row * Catch::kCellHeight;
          const int left = Catch::kMargin + column * Catch::kCellWidth;
          return y >= top && y < top + Catch::kCellHeight && x >= left &&
                 x < left + Catch::kCellWidth;
        };
        const bool ball = in_cell(env.ball_row(), env.ball_column());
        const bool paddle = in_cell(Catch::kRows - 1, env.paddle_column());
        const int pixel = y * 44 + x;
        ASSERT_EQ(env.frame()[pixel] > 0, ball || paddle) << y << "," << x;
        ASSERT_EQ(screen.pixels[pixel], ball ? 1 : paddle ? 2 : 0) << y << "," << x;
        ASSERT_EQ(env.frame()[pixel] == 255, ball);
      }
    }
    result = env.Step(kRight);
  }
}

TEST(Catch, TheSameSeedGivesTheSameEpisodes) {
  Catch first(RandomStream(7, "env")), second(RandomStream(7, "env")),
      other(RandomStream(8, "env"));
  std::vector<int> columns, other_columns;
  for (int i = 0; i < 30; ++i) {
    first.Reset();
    second.Reset();
    other.Reset();
    EXPECT_EQ(first.ball_column(), second.ball_column());
    columns.push_back(first.ball_column());
    other_columns.push_back(other.ball_column());
  }
  EXPECT_NE(columns, other_columns);
}

}  // namespace
}  // namespace arcadeq
