#include "replay/replay.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "replay/batch.h"
#include "replay/frame_stack.h"
#include "replay/step.h"
#include "replay/testing/naive_replay.h"
#include "replay/testing/recorded_replay.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

using Numbers = std::vector<std::int64_t>;

// Runs every test with and without compression.
class ReplayTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Compression, ReplayTest, ::testing::Values("lz4", "none"),
                         [](const auto& test) { return std::string(test.param); });

// Counts how often each transition is drawn, by the number of its frame.
std::map<std::int64_t, int> CountDraws(Replay& replay, int draws) {
  RandomStream random(5, "replay");
  ThreadPool pool(1);
  Batch batch(1);
  std::map<std::int64_t, int> counts;
  for (int k = 0; k < draws; ++k) {
    replay.Sample(random, pool, batch);
    ++counts[batch.a_tm1[0]];
  }
  return counts;
}

Numbers Drawable(Replay& replay) {
  Numbers numbers;
  if (!replay.CanSample()) return numbers;
  // The probability that one of n is missing from 40n draws is below n * exp(-40).
  for (const auto& [i, count] :
       CountDraws(replay, static_cast<int>(40 * replay.store().transitions()))) {
    numbers.push_back(i);
  }
  return numbers;
}

TEST_P(ReplayTest, HasNothingToDrawBeforeTheFirstStep) {
  RecordedReplay r(4, 16, GetParam());
  EXPECT_FALSE(r.replay.CanSample());
  r.BeginEpisode();
  EXPECT_FALSE(r.replay.CanSample());
  r.Step();
  EXPECT_TRUE(r.replay.CanSample());
  EXPECT_EQ(r.replay.store().transitions(), 1);
  EXPECT_EQ(r.replay.store().frames(), 2);
}

TEST_P(ReplayTest, TheNextStateShowsTheActionsEffect) {
  RecordedReplay r(3, 16, GetParam());
  r.BeginEpisode();
  r.Step(kLifeLost);
  RandomStream random(1, "replay");
  ThreadPool pool(1);
  Batch batch(1);
  r.replay.Sample(random, pool, batch);
  EXPECT_EQ(NumbersIn(batch.s_tm1[0]), (Numbers{0, 0, 0}));
  EXPECT_EQ(batch.a_tm1[0], 0);
  EXPECT_EQ(batch.r_t[0], 0.0f);
  EXPECT_EQ(batch.discount_t[0], 0.99f);
  EXPECT_EQ(NumbersIn(batch.s_t[0]), (Numbers{0, 0, 1}));
}

TEST_P(ReplayTest, StatesThatShareFramesAreStillDistinct) {
  RecordedReplay r(4, 64, GetParam());
  r.Episode(40);
  RandomStream random(2, "replay");
  ThreadPool pool(1);
  Batch batch(32);
  r.replay.Sample(random, pool, batch);
  for (int k = 0; k < batch.size(); ++k) {
    const Numbers before = NumbersIn(batch.s_tm1[k]), after = NumbersIn(batch.s_t[k]);
    EXPECT_EQ(before.back(), batch.a_tm1[k]);
    EXPECT_EQ(after.back(), batch.a_tm1[k] + 1);
    EXPECT_EQ(Numbers(before.begin() + 1, before.end()), Numbers(after.begin(), after.end() - 1));
  }
}

TEST_P(ReplayTest, TheLastFrameOfAnEpisodeIsOnlyANextState) {
  for (const StepEnd end : {kTerminated, kTruncated}) {
    RecordedReplay r(2, 64, GetParam());
    r.Episode(3, end);  // frames 0, ..., 3
    r.Episode(2, end);  // frames 4, ..., 6
    EXPECT_EQ(Drawable(r.replay), (Numbers{0, 1, 2, 4, 5}));
  }
}

TEST_P(ReplayTest, AnAbandonedEpisodeLeavesItsLastFrameWithoutAnAction) {
  RecordedReplay r(2, 64, GetParam());
  r.BeginEpisode();
  r.Step();
  r.BeginEpisode();
  r.Step();
  EXPECT_EQ(Drawable(r.replay), (Numbers{0, 2}));
}

TEST_P(ReplayTest, DrawsFromEveryPartAfterTheRingHasWrapped) {
  RecordedReplay r(3, 20, GetParam());
  // 63 frames: 43, ..., 62 are stored, and an episode begins at 42.
  for (int k = 0; k < 9; ++k) r.Episode(6);
  EXPECT_EQ(Drawable(r.replay),
            (Numbers{45, 46, 47, 49, 50, 51, 52, 53, 54, 56, 57, 58, 59, 60, 61}));
}

TEST_P(ReplayTest, EpisodesOfOneFrameHaveNoTransitions) {
  RecordedReplay r(1, 16, GetParam());
  r.Episode(5);
  for (int k = 0; k < 11; ++k) r.BeginEpisode();
  EXPECT_EQ(r.replay.store().transitions(), 4);  // frame 0 was overwritten
  for (int k = 0; k < 3; ++k) r.BeginEpisode();
  EXPECT_EQ(Drawable(r.replay), (Numbers{4}));
  r.BeginEpisode();
  EXPECT_FALSE(r.replay.CanSample());
}

TEST_P(ReplayTest, TheSmallestRingHoldsOneTransition) {
  for (int stack = 1; stack <= kMaxStack; ++stack) {
    RecordedReplay r(stack, stack + 1, GetParam());
    r.BeginEpisode();
    for (int k = 0; k < 30; ++k) r.Step();
    EXPECT_EQ(Drawable(r.replay), (Numbers{29})) << stack;
  }
}

TEST_P(ReplayTest, TheSameSeedDrawsTheSameBatch) {
  RecordedReplay r(4, 64, GetParam());
  for (int k = 0; k < 5; ++k) r.Episode(20);
  RandomStream a(9, "replay"), b(9, "replay");
  ThreadPool pool(1);
  Batch first(32), second(32);
  r.replay.Sample(a, pool, first);
  r.replay.Sample(b, pool, second);
  EXPECT_EQ(first.a_tm1, second.a_tm1);
}

TEST_P(ReplayTest, DrawsAreUniformAndIndependent) {
  RecordedReplay r(3, 30, GetParam());
  for (int k = 0; k < 20; ++k) r.Episode(1 + k % 7, k % 2 ? kTerminated : kTruncated);
  const auto n = static_cast<int>(r.replay.store().transitions());
  ASSERT_EQ(n, 21);
  // Pairs within a batch are uniform over n * n exactly if the draws are uniform and independent.
  constexpr int kDraws = 200'000;
  RandomStream random(11, "replay");
  ThreadPool pool(1);
  Batch batch(2);
  std::map<std::array<std::int32_t, 2>, int> counts;
  for (int k = 0; k < kDraws; ++k) {
    r.replay.Sample(random, pool, batch);
    ++counts[{batch.a_tm1[0], batch.a_tm1[1]}];
  }
  ASSERT_EQ(counts.size(), static_cast<std::size_t>(n * n));
  const double expected = static_cast<double>(kDraws) / (n * n);
  double chi_square = 0;
  for (const auto& [pair, count] : counts) {
    chi_square += (count - expected) * (count - expected) / expected;
  }
  // The quantiles 0.0005 and 0.9995 for 440 degrees of freedom.
  EXPECT_GT(chi_square, 348.9);
  EXPECT_LT(chi_square, 544.2);
}

TEST_P(ReplayTest, ManyEnvironmentsAreOneReplay) {
  RecordedReplay r(2, 40, GetParam(), 3);  // 14, 13 and 13 frames
  EXPECT_EQ(r.replay.store().envs(), 3);
  for (int k = 0; k < 12; ++k) r.Episode(4, kTerminated, 1);
  EXPECT_EQ(r.replay.store().frames(), 13);
  EXPECT_EQ(Drawable(r.replay), r.Transitions());
  for (int k = 0; k < 3; ++k) r.Episode(6, kTruncated, 2 * (k % 2));
  EXPECT_EQ(r.replay.store().frames(), 14 + 13 + 7);
  EXPECT_EQ(Drawable(r.replay), r.Transitions());
}

// Each draw is one number among the transitions in order; this alone determines a seed's draws.
TEST_P(ReplayTest, ADrawIsOneNumberAmongTheTransitionsInOrder) {
  RecordedReplay r(3, 60, GetParam(), 2);
  for (int k = 0; k < 30; ++k) r.Episode(1 + k % 5, kTerminated, k % 2);
  const Numbers transitions = r.Transitions();
  RandomStream random(4, "replay"), same(4, "replay");
  ThreadPool pool(2);
  Batch batch(32);
  for (int k = 0; k < 10; ++k) {
    r.replay.Sample(random, pool, batch);
    for (int i = 0; i < batch.size(); ++i) {
      EXPECT_EQ(batch.a_tm1[i], transitions[same.Below(transitions.size())]);
    }
  }
}

TEST_P(ReplayTest, ABatchOwnsItsFrames) {
  RecordedReplay r(3, 20, GetParam());
  r.Episode(15);
  RandomStream random(1, "replay");
  ThreadPool pool(1);
  Batch batch(16);
  r.replay.Sample(random, pool, batch);
  for (int k = 0; k < 10; ++k) r.Episode(15);
  for (int k = 0; k < batch.size(); ++k) {
    EXPECT_EQ(NumbersIn(batch.s_tm1[k]), r.naive[0].Seen(batch.a_tm1[k]));
    EXPECT_EQ(NumbersIn(batch.s_t[k]), r.naive[0].Seen(batch.a_tm1[k] + 1));
  }
}

TEST_P(ReplayTest, AnyNumberOfThreadsGivesTheSameBatch) {
  RecordedReplay r(4, 300, GetParam(), 2);
  for (int k = 0; k < 40; ++k) r.Episode(1 + k % 17, kTerminated, k % 2);
  for (const int size : {1, 7, 8, 33}) {
    RandomStream a(9, "replay"), b(9, "replay");
    ThreadPool one(1), four(4);
    Batch first(size), second(size);
    for (int k = 0; k < 20; ++k) {
      r.replay.Sample(a, one, first);
      r.replay.Sample(b, four, second);
      for (int i = 0; i < size; ++i) {
        EXPECT_EQ(NumbersIn(first.s_tm1[i]), NumbersIn(second.s_tm1[i]));
        EXPECT_EQ(NumbersIn(first.s_t[i]), NumbersIn(second.s_t[i]));
        EXPECT_EQ(NumbersIn(first.s_t[i]), r.Stack(first.a_tm1[i] + 1));
      }
    }
  }
}

TEST_P(ReplayTest, EnvironmentsMayAppendConcurrently) {
  RecordedReplay expected(3, 400, GetParam(), 4);
  Replay replay(kNumberedFrame, 3, {400, GetParam()}, {}, 4);
  for (int k = 0; k < 500; ++k) {
    for (int env = 0; env < 4; ++env) {
      k % 50 == 0 ? expected.BeginEpisode(env) : expected.Step({}, env);
    }
  }
  ThreadPool pool(4);
  pool.Run(4, [&](int env) {
    for (int k = 0; k < 500; ++k) {
      const std::int64_t number = env * RecordedReplay::kApart + k;
      if (k % 50 == 0) {
        replay.BeginEpisode(env, FrameOf(number));
      } else {
        replay.Append(env, {.action = static_cast<std::int32_t>(number - 1)}, FrameOf(number));
      }
    }
  });
  EXPECT_EQ(Drawable(replay), expected.Transitions());
}

TEST_P(ReplayTest, ReturnsTheStackOfTheNewestFrame) {
  RecordedReplay r(3, 40, GetParam(), 2);
  FrameStack stack(kNumberedFrame, 3);
  for (int k = 0; k < 50; ++k) {
    k % 20 == 0 ? r.BeginEpisode(1) : r.Step({}, 1);
    r.replay.store().ReadNewestStack(1, stack);
    EXPECT_EQ(NumbersIn(stack.View()), r.Stack(r.Newest(1)));
  }
}

TEST(Replay, RefusesInvalidSizes) {
  const auto make = [](int stack, std::int64_t capacity, int envs, int n_step = 1) {
    Replay(kNumberedFrame, stack, {.capacity = capacity}, {.n_step = n_step}, envs);
  };
  EXPECT_THROW(make(0, 10, 1), std::invalid_argument);
  EXPECT_THROW(make(kMaxStack + 1, 100, 1), std::invalid_argument);
  EXPECT_THROW(make(4, 4, 1), std::invalid_argument);
  EXPECT_THROW(make(4, 9, 2), std::invalid_argument);
  EXPECT_NO_THROW(make(4, 10, 2));
  EXPECT_THROW(make(4, 10, 1, 0), std::invalid_argument);
  EXPECT_THROW(make(4, 10, 1, 7), std::invalid_argument);
  EXPECT_NO_THROW(make(4, 10, 1, 6));
}

RC_GTEST_PROP(Replay, MatchesTheDefinition, ()) {
  enum class Op { kStep, kLoseLife, kTerminate, kTruncate, kBegin };
  const int stack = *rc::gen::inRange(1, kMaxStack + 1);
  const int envs = *rc::gen::inRange(1, 4);
  const TransitionRule rule{*rc::gen::element(0.0, 0.5, 0.99, 1.0), *rc::gen::inRange(1, 6),
                            *rc::gen::arbitrary<bool>()};
  const std::int64_t capacity = envs * (stack + rule.n_step) + *rc::gen::inRange(0, 60);
  const auto ops = *rc::gen::container<std::vector<std::pair<Op, int>>>(
      *rc::gen::inRange<std::size_t>(1, 400),
      rc::gen::pair(rc::gen::weightedElement<Op>({{*rc::gen::inRange(1, 40), Op::kStep},
                                                  {2, Op::kLoseLife},
                                                  {1, Op::kTerminate},
                                                  {1, Op::kTruncate},
                                                  {1, Op::kBegin}}),
                    rc::gen::inRange(0, envs)));
  RecordedReplay r(stack, {capacity, *rc::gen::element("lz4", "none")}, rule, envs);
  RandomStream random(3, "replay");
  ThreadPool pool(1);
  Batch batch(8);
  for (const auto& [op, env] : ops) {
    if (op == Op::kBegin || !r.in_episode[env]) {
      r.BeginEpisode(env);
    } else {
      r.Step(op == Op::kLoseLife    ? kLifeLost
             : op == Op::kTerminate ? kTerminated
             : op == Op::kTruncate  ? kTruncated
                                    : StepEnd{},
             env);
    }
    RC_ASSERT(r.replay.store().frames() == r.frames());
    const Batch all = ReadAll(r.replay.store());
    RC_ASSERT(Numbers(all.a_tm1.begin(), all.a_tm1.end()) == r.Transitions());
    for (int k = 0; k < all.size(); ++k) RC_ASSERT(r.IsRight(all, k));
    RC_ASSERT(r.replay.CanSample() == (all.size() > 0));
    if (!r.replay.CanSample()) continue;
    r.replay.Sample(random, pool, batch);
    for (int k = 0; k < batch.size(); ++k) RC_ASSERT(r.IsRight(batch, k));
  }
}

}  // namespace
}  // namespace arcadeq
