#include "env/cartpole.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/frame.h"
#include "base/random.h"
#include "env/env.h"

namespace arcadeq {
namespace {

CartPole::State StateFrom(const nlohmann::json& values) {
  return {values[0], values[1], values[2], values[3]};
}

void ExpectNear(const CartPole::State& state, const CartPole::State& expected, double tolerance) {
  EXPECT_NEAR(state.position, expected.position, tolerance);
  EXPECT_NEAR(state.velocity, expected.velocity, tolerance);
  EXPECT_NEAR(state.angle, expected.angle, tolerance);
  EXPECT_NEAR(state.angular_velocity, expected.angular_velocity, tolerance);
}

// Keeps the pole up and the cart near the middle.
int Balance(const CartPole::State& s) {
  return s.angle + 0.5 * s.angular_velocity + 0.05 * s.position + 0.1 * s.velocity > 0 ? 1 : 0;
}

// The transitions of Gymnasium's CartPole-v1 (tests/golden/env_golden.py).
nlohmann::json GoldenTransitions() {
  return nlohmann::json::parse(ReadFile(ARCADEQ_SOURCE_DIR "/tests/golden/env_cartpole.json"));
}

TEST(CartPole, StepsLikeGymnasium) {
  CartPole env(RandomStream(1, "env"));
  int ends = 0;
  const nlohmann::json transitions = GoldenTransitions();
  for (const auto& [before, action, reward, after, terminated] :
       transitions
           .get<std::vector<std::tuple<nlohmann::json, int, double, nlohmann::json, int>>>()) {
    env.ResetTo(StateFrom(before));
    const StepResult result = env.Step(action);
    ExpectNear(env.state(), StateFrom(after), 1e-13);
    EXPECT_EQ(result.raw_reward, reward);
    EXPECT_EQ(result.reward, reward);
    EXPECT_EQ(result.terminated, terminated == 1);
    EXPECT_FALSE(result.truncated);
    EXPECT_FALSE(result.life_lost);
    EXPECT_EQ(result.frames, 1);
    ends += terminated;
  }
  EXPECT_GE(ends, 4);
}

TEST(CartPole, FollowsAWholeEpisodeOfGymnasium) {
  CartPole env(RandomStream(1, "env"));
  const nlohmann::json transitions = GoldenTransitions();
  env.ResetTo(StateFrom(transitions[0][0]));
  for (std::size_t i = 0;; ++i) {
    const StepResult result = env.Step(transitions.at(i)[1]);
    ExpectNear(env.state(), StateFrom(transitions[i][3]), 1e-10);
    ASSERT_EQ(result.terminated, transitions[i][4] == 1) << "step " << i;
    if (result.terminated) break;
  }
}

TEST(CartPole, ShowsItsStateAsFloats) {
  CartPole env(RandomStream(1, "env"));
  EXPECT_EQ(env.spec().frame, (FrameFormat{ElementType::kFloat32, 1, 4}));
  EXPECT_EQ(env.spec().frames_per_second, 50);
  env.ResetTo({0.1, -0.2, 0.03, -0.04});
  float frame[4];
  ASSERT_EQ(env.frame().size(), sizeof(frame));
  std::memcpy(frame, env.frame().data(), sizeof(frame));
  EXPECT_EQ(frame[0], 0.1f);
  EXPECT_EQ(frame[1], -0.2f);
  EXPECT_EQ(frame[2], 0.03f);
  EXPECT_EQ(frame[3], -0.04f);
}

TEST(CartPole, IsTruncatedAfter500Steps) {
  CartPole env(RandomStream(2, "env"));
  for (int episode = 0; episode < 3; ++episode) {
    env.Reset();
    for (int step = 1; step < 500; ++step) ASSERT_FALSE(env.Step(Balance(env.state())).done());
    const StepResult last = env.Step(Balance(env.state()));
    EXPECT_TRUE(last.truncated);
    EXPECT_FALSE(last.terminated);
  }
}

TEST(CartPole, AFallAtTheLastStepIsATermination) {
  CartPole env(RandomStream(2, "env"));
  // Balanced, then pushed to one side from a late step on.
  int falls_at_the_end = 0;
  for (int begin = 480; begin < CartPole::kMaxSteps; ++begin) {
    for (int episode = 0; episode < 10; ++episode) {
      env.Reset();
      StepResult result;
      int steps = 0;
      for (; !result.done(); ++steps) {
        result = env.Step(steps < begin ? Balance(env.state()) : episode % 2);
      }
      EXPECT_NE(result.terminated, result.truncated);
      falls_at_the_end += result.terminated && steps == CartPole::kMaxSteps;
    }
  }
  EXPECT_GE(falls_at_the_end, 1);
}

TEST(CartPole, StartsNearTheMiddleAndDifferentlyEachTime) {
  CartPole env(RandomStream(3, "env"));
  CartPole same(RandomStream(3, "env"));
  CartPole::State previous;
  double lowest = 0, highest = 0;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(env.Reset(), 0);
    same.Reset();
    EXPECT_EQ(env.state(), same.state());
    EXPECT_NE(env.state(), previous);
    previous = env.state();
    for (double x :
         {previous.position, previous.velocity, previous.angle, previous.angular_velocity}) {
      lowest = std::min(lowest, x);
      highest = std::max(highest, x);
    }
  }
  EXPECT_GE(lowest, -0.05);
  EXPECT_LT(lowest, -0.045);
  EXPECT_LT(highest, 0.05);
  EXPECT_GT(highest, 0.045);
}

// The mean column of the pixels of one colour in rows [begin, end); -1 if there are none.
double MeanColumn(const ScreenView& screen, Rgb colour, int begin, int end) {
  double sum = 0;
  int count = 0;
  for (int y = begin; y < end; ++y) {
    for (int x = 0; x < screen.width; ++x) {
      if (screen.palette[screen.pixels[static_cast<std::size_t>(y) * screen.width + x]] == colour) {
        sum += x;
        ++count;
      }
    }
  }
  return count == 0 ? -1 : sum / count;
}

TEST(CartPole, DrawsTheCartAndThePole) {
  CartPole env(RandomStream(4, "env"));
  env.ResetTo({});
  const ScreenView upright = env.screen();
  ASSERT_EQ(upright.pixels.size(), static_cast<std::size_t>(upright.height) * upright.width);
  const Rgb cart = upright.palette[2], pole = upright.palette[3];
  const double middle = (upright.width - 1) / 2.0;
  EXPECT_NEAR(MeanColumn(upright, cart, 0, upright.height), middle, 1);
  EXPECT_NEAR(MeanColumn(upright, pole, 0, upright.height), middle, 1);

  env.ResetTo({1.2, 0, 0.2, 0});
  const ScreenView right = env.screen();
  const double cart_column = MeanColumn(right, cart, 0, right.height);
  EXPECT_NEAR(cart_column, middle + right.width / 4.0, 2);
  EXPECT_GT(MeanColumn(right, pole, 0, right.height), cart_column + 2) << "leans to the right";
}

}  // namespace
}  // namespace arcadeq
