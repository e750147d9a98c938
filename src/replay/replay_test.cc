#include "replay/replay.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "replay/naive_replay.h"

namespace arcadeq {
namespace {

using Numbers = std::vector<std::int64_t>;

constexpr StepEnd kTerminated{.terminated = true};
constexpr StepEnd kTruncated{.truncated = true};
constexpr StepEnd kLifeLost{.life_lost = true};

// A replay of numbered frames and what it should hold. The action on frame i is i, the reward i/2.
struct Recorded {
  Recorded(int stack, std::int64_t capacity)
      : replay(kNumberedFrame, stack, capacity), naive(stack, capacity) {}

  void BeginEpisode() {
    replay.BeginEpisode(FrameOf(naive.end()));
    naive.BeginEpisode();
    in_episode = true;
  }
  void Step(StepEnd end = {}) {
    const std::int64_t i = naive.end() - 1;
    replay.Append(static_cast<std::int32_t>(i), static_cast<float>(i) / 2, end, FrameOf(i + 1));
    naive.Step();
    ends[i] = end;
    in_episode = !end.terminated && !end.truncated;
  }
  void Episode(int steps, StepEnd end = kTerminated) {
    BeginEpisode();
    for (int k = 1; k < steps; ++k) Step();
    Step(end);
  }

  Replay replay;
  NaiveReplay naive;
  std::map<std::int64_t, StepEnd> ends;
  bool in_episode = false;
};

// How often each transition was drawn, by the number of its frame.
std::map<std::int64_t, int> CountDraws(const Replay& replay, int draws) {
  RandomStream random(5, "replay");
  Batch batch(1);
  std::map<std::int64_t, int> counts;
  for (int k = 0; k < draws; ++k) {
    replay.Sample(random, batch);
    ++counts[batch.a_tm1[0]];
  }
  return counts;
}

Numbers Drawable(const Replay& replay) {
  Numbers numbers;
  if (!replay.CanSample()) return numbers;
  // The chance that one of n is not among 40n draws is below n * exp(-40).
  for (const auto& [i, count] : CountDraws(replay, static_cast<int>(40 * replay.transitions()))) {
    numbers.push_back(i);
  }
  return numbers;
}

TEST(Replay, HasNothingToDrawBeforeTheFirstStep) {
  Recorded r(4, 16);
  EXPECT_FALSE(r.replay.CanSample());
  r.BeginEpisode();
  EXPECT_FALSE(r.replay.CanSample());
  r.Step();
  EXPECT_TRUE(r.replay.CanSample());
  EXPECT_EQ(r.replay.transitions(), 1);
  EXPECT_EQ(r.replay.frames(), 2);
}

TEST(Replay, TheNextStateShowsWhatTheActionLedTo) {
  Recorded r(3, 16);
  r.BeginEpisode();
  r.Step(kLifeLost);
  RandomStream random(1, "replay");
  Batch batch(1);
  r.replay.Sample(random, batch);
  EXPECT_EQ(NumbersIn(batch.s_tm1[0]), (Numbers{0, 0, 0}));
  EXPECT_EQ(batch.a_tm1[0], 0);
  EXPECT_EQ(batch.r_t[0], 0.0f);
  EXPECT_TRUE(batch.end_t[0].life_lost);
  EXPECT_FALSE(batch.end_t[0].terminated);
  EXPECT_EQ(NumbersIn(batch.s_t[0]), (Numbers{0, 0, 1}));
}

TEST(Replay, TheNewestStackIsWhatTheNextTransitionBeginsWith) {
  Recorded r(3, 16);
  r.Episode(5);
  r.BeginEpisode();
  EXPECT_EQ(NumbersIn(r.replay.NewestStack()), (Numbers{6, 6, 6}));
  r.Step();
  EXPECT_EQ(NumbersIn(r.replay.NewestStack()), (Numbers{6, 6, 7}));
}

TEST(Replay, BothStatesAreTheirOwnEvenWhereTheyShareFrames) {
  Recorded r(4, 64);
  r.Episode(40);
  RandomStream random(2, "replay");
  Batch batch(32);
  r.replay.Sample(random, batch);
  for (int k = 0; k < batch.size(); ++k) {
    const Numbers before = NumbersIn(batch.s_tm1[k]), after = NumbersIn(batch.s_t[k]);
    EXPECT_EQ(before.back(), batch.a_tm1[k]);
    EXPECT_EQ(after.back(), batch.a_tm1[k] + 1);
    EXPECT_EQ(Numbers(before.begin() + 1, before.end()), Numbers(after.begin(), after.end() - 1));
  }
}

TEST(Replay, TheLastFrameOfAnEpisodeIsANextStateOnly) {
  for (const StepEnd end : {kTerminated, kTruncated}) {
    Recorded r(2, 64);
    r.Episode(3, end);  // frames 0, ..., 3
    r.Episode(2, end);  // frames 4, ..., 6
    EXPECT_EQ(Drawable(r.replay), (Numbers{0, 1, 2, 4, 5}));
  }
}

TEST(Replay, AnEpisodeBrokenOffLeavesItsLastFrameWithoutAnAction) {
  Recorded r(2, 64);
  r.BeginEpisode();
  r.Step();
  r.BeginEpisode();
  r.Step();
  EXPECT_EQ(Drawable(r.replay), (Numbers{0, 2}));
}

TEST(Replay, EveryPartIsDrawnAfterTheRingHasWrapped) {
  Recorded r(3, 20);
  for (int k = 0; k < 9; ++k) r.Episode(6);  // 63 frames; 43, ..., 62 are stored, 42 begins one
  EXPECT_EQ(Drawable(r.replay),
            (Numbers{45, 46, 47, 49, 50, 51, 52, 53, 54, 56, 57, 58, 59, 60, 61}));
}

TEST(Replay, EpisodesOfOneFrameLeaveNothingToDraw) {
  Recorded r(1, 16);
  r.Episode(5);
  for (int k = 0; k < 11; ++k) r.BeginEpisode();
  EXPECT_EQ(r.replay.transitions(), 4);  // frame 0 was overwritten
  for (int k = 0; k < 3; ++k) r.BeginEpisode();
  EXPECT_EQ(Drawable(r.replay), (Numbers{4}));
  r.BeginEpisode();
  EXPECT_FALSE(r.replay.CanSample());
}

TEST(Replay, TheSmallestRingHoldsOneTransition) {
  for (int stack = 1; stack <= kMaxStack; ++stack) {
    Recorded r(stack, stack + 1);
    r.BeginEpisode();
    for (int k = 0; k < 30; ++k) r.Step();
    EXPECT_EQ(Drawable(r.replay), (Numbers{29})) << stack;
  }
}

TEST(Replay, TheSameSeedDrawsTheSame) {
  Recorded r(4, 64);
  for (int k = 0; k < 5; ++k) r.Episode(20);
  RandomStream a(9, "replay"), b(9, "replay");
  Batch first(32), second(32);
  r.replay.Sample(a, first);
  r.replay.Sample(b, second);
  EXPECT_EQ(first.a_tm1, second.a_tm1);
}

TEST(Replay, DrawsAreUniformAndIndependent) {
  Recorded r(3, 30);
  for (int k = 0; k < 20; ++k) r.Episode(1 + k % 7, k % 2 ? kTerminated : kTruncated);
  const auto n = static_cast<int>(r.replay.transitions());
  ASSERT_EQ(n, 21);
  // Pairs within a batch: uniform over n * n exactly if each draw is uniform and knows nothing of
  // the other.
  constexpr int kDraws = 200'000;
  RandomStream random(11, "replay");
  Batch batch(2);
  std::map<std::array<std::int32_t, 2>, int> counts;
  for (int k = 0; k < kDraws; ++k) {
    r.replay.Sample(random, batch);
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

RC_GTEST_PROP(Replay, DrawsWhatADefinitionAllowsAndNothingElse, ()) {
  enum class Op { kStep, kLoseLife, kTerminate, kTruncate, kBegin };
  const int stack = *rc::gen::inRange(1, kMaxStack + 1);
  const std::int64_t capacity = stack + *rc::gen::inRange(1, 40);
  const auto ops = *rc::gen::container<std::vector<Op>>(
      *rc::gen::inRange<std::size_t>(1, 400),
      rc::gen::weightedElement<Op>({{*rc::gen::inRange(1, 40), Op::kStep},
                                    {2, Op::kLoseLife},
                                    {1, Op::kTerminate},
                                    {1, Op::kTruncate},
                                    {1, Op::kBegin}}));
  Recorded r(stack, capacity);
  RandomStream random(3, "replay");
  Batch batch(8);
  for (Op op : ops) {
    if (op == Op::kBegin || !r.in_episode) {
      r.BeginEpisode();
    } else {
      r.Step(op == Op::kLoseLife    ? kLifeLost
             : op == Op::kTerminate ? kTerminated
             : op == Op::kTruncate  ? kTruncated
                                    : StepEnd{});
    }
    RC_ASSERT(r.replay.frames() == std::min(r.naive.end(), capacity));
    RC_ASSERT(NumbersIn(r.replay.NewestStack()) == *r.naive.Stack(r.naive.end() - 1));
    const Numbers expected = r.naive.Transitions();
    RC_ASSERT(r.replay.transitions() == static_cast<std::int64_t>(expected.size()));
    RC_ASSERT(r.replay.CanSample() == !expected.empty());
    if (!r.replay.CanSample()) continue;
    r.replay.Sample(random, batch);
    for (int k = 0; k < batch.size(); ++k) {
      const std::int64_t i = batch.a_tm1[k];
      RC_ASSERT(std::binary_search(expected.begin(), expected.end(), i));
      RC_ASSERT(NumbersIn(batch.s_tm1[k]) == *r.naive.Stack(i));
      RC_ASSERT(NumbersIn(batch.s_t[k]) == *r.naive.Stack(i + 1));
      RC_ASSERT(batch.r_t[k] == static_cast<float>(i) / 2);
      RC_ASSERT(batch.end_t[k].terminated == r.ends[i].terminated);
      RC_ASSERT(batch.end_t[k].truncated == r.ends[i].truncated);
      RC_ASSERT(batch.end_t[k].life_lost == r.ends[i].life_lost);
    }
  }
  RC_ASSERT(Drawable(r.replay) == r.naive.Transitions());
}

}  // namespace
}  // namespace arcadeq
