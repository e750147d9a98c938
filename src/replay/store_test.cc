#include "replay/store.h"

#include <cmath>
#include <cstdint>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "replay/batch.h"
#include "replay/step.h"
#include "replay/testing/naive_replay.h"
#include "replay/testing/recorded_replay.h"

namespace arcadeq {
namespace {

// A transition without its frames; s_t is identified by its newest one.
struct Summary {
  float r_t, discount_t;
  std::int64_t s_t;
  bool operator==(const Summary&) const = default;
};
void PrintTo(const Summary& summary, std::ostream* out) {
  *out << "{" << summary.r_t << ", " << summary.discount_t << ", " << summary.s_t << "}";
}

// The transitions of an episode of five steps with the rewards 1, 2, 4, 8 and 16 between frames 0,
// ..., 5, in a store of three-step transitions with gamma = 1/2.
std::vector<Summary> Transitions(StepEnd third, StepEnd fifth, bool terminal_on_life_loss = false,
                                 bool then_begins_another = false) {
  ReplayStore store(kNumberedFrame, 2, {.capacity = 16},
                    {.gamma = 0.5, .n_step = 3, .terminal_on_life_loss = terminal_on_life_loss}, 1);
  store.BeginEpisode(0, FrameOf(0));
  float reward = 1;
  for (int k = 0; k < 5; ++k, reward *= 2) {
    const StepEnd end = k == 2 ? third : k == 4 ? fifth : StepEnd{};
    store.Append(0, {k, reward, end}, FrameOf(k + 1));
  }
  if (then_begins_another) store.BeginEpisode(0, FrameOf(6));
  const Batch batch = ReadAll(store);
  std::vector<Summary> summaries;
  for (int i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(batch.a_tm1[i], i);
    EXPECT_EQ(NumbersIn(batch.s_tm1[i]).back(), i);
    summaries.push_back({batch.r_t[i], batch.discount_t[i], NumbersIn(batch.s_t[i]).back()});
  }
  return summaries;
}

using Summaries = std::vector<Summary>;

TEST(ReplayStore, ATerminationEndsTheReturn) {
  EXPECT_EQ(Transitions({}, kTerminated),
            (Summaries{{3, 0.125f, 3}, {6, 0.125f, 4}, {12, 0, 5}, {16, 0, 5}, {16, 0, 5}}));
}

TEST(ReplayStore, ATruncationShortensTheSumAndBootstraps) {
  EXPECT_EQ(
      Transitions({}, kTruncated),
      (Summaries{{3, 0.125f, 3}, {6, 0.125f, 4}, {12, 0.125f, 5}, {16, 0.25f, 5}, {16, 0.5f, 5}}));
}

TEST(ReplayStore, AnAbandonedEpisodeIsTruncated) {
  EXPECT_EQ(Transitions({}, {}, false, true), Transitions({}, kTruncated));
}

TEST(ReplayStore, ATerminationThatIsAlsoATruncationEndsTheReturn) {
  EXPECT_EQ(Transitions({}, {.terminated = true, .truncated = true}), Transitions({}, kTerminated));
}

TEST(ReplayStore, ALostLifeEndsTheReturnOnlyIfConfigured) {
  EXPECT_EQ(Transitions(kLifeLost, kTerminated, false), Transitions({}, kTerminated));
  EXPECT_EQ(Transitions(kLifeLost, kTerminated, true),
            (Summaries{{3, 0, 3}, {4, 0, 3}, {4, 0, 3}, {16, 0, 5}, {16, 0, 5}}));
}

TEST(ReplayStore, TheNewestTransitionsOfAnEpisodeAreIncomplete) {
  EXPECT_EQ(Transitions({}, {}), (Summaries{{3, 0.125f, 3}, {6, 0.125f, 4}, {12, 0.125f, 5}}));
  EXPECT_EQ(Transitions({}, kLifeLost), Transitions({}, {}));
  EXPECT_EQ(Transitions({}, kLifeLost, true), Transitions({}, kTerminated));
}

TEST(ReplayStore, OneStepReturnsAreExact) {
  for (const float reward : {0.1f, -0.0f, 1e-30f, 3e38f}) {
    ReplayStore store(kNumberedFrame, 2, {.capacity = 16}, {.gamma = 0.1}, 1);
    store.BeginEpisode(0, FrameOf(0));
    store.Append(0, {.reward = reward}, FrameOf(1));
    const Batch batch = ReadAll(store);
    EXPECT_EQ(batch.r_t[0], reward);
    EXPECT_EQ(std::signbit(batch.r_t[0]), std::signbit(reward));
    EXPECT_EQ(batch.discount_t[0], static_cast<float>(0.1));
  }
}

TEST(ReplayStore, AnIdNamesTheSameTransitionForAsLongAsItIsStored) {
  RecordedReplay r(2, {.capacity = 30}, {.n_step = 2}, 1);
  std::int64_t newest = -1;
  for (int k = 0; k < 40; ++k) {
    r.Episode(1 + k % 5);
    const Batch batch = ReadAll(r.replay.store());
    for (int i = 0; i < batch.size(); ++i) EXPECT_TRUE(r.IsRight(batch, i));
    EXPECT_GT(batch.id.back().step, newest);
    newest = batch.id.back().step;
  }
}

}  // namespace
}  // namespace arcadeq
