#include "replay/frame_stack.h"

#include <cstdint>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/frame.h"
#include "replay/testing/naive_replay.h"

namespace arcadeq {
namespace {

using Numbers = std::vector<std::int64_t>;

TEST(FrameStack, RepeatsTheFirstFrameOfAnEpisode) {
  FrameStack stack(kNumberedFrame, 3);
  stack.Begin(FrameOf(1));
  EXPECT_EQ(NumbersIn(stack.View()), (Numbers{1, 1, 1}));
  stack.Push(FrameOf(2));
  EXPECT_EQ(NumbersIn(stack.View()), (Numbers{1, 1, 2}));
  stack.Push(FrameOf(3));
  stack.Push(FrameOf(4));
  EXPECT_EQ(NumbersIn(stack.View()), (Numbers{2, 3, 4}));
  stack.Begin(FrameOf(5));
  EXPECT_EQ(NumbersIn(stack.View()), (Numbers{5, 5, 5}));
}

TEST(FrameStack, FramesAreAligned) {
  FrameStack stack(kNumberedFrame, 2);
  stack.Begin(FrameOf(1));
  stack.Push(FrameOf(2));
  for (int k = 0; k < 2; ++k) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(stack.View().frames[k]) % 16, 0u);
  }
}

TEST(FrameStack, RefusesInvalidDepths) {
  EXPECT_THROW(FrameStack(kNumberedFrame, 0), std::invalid_argument);
  EXPECT_THROW(FrameStack(kNumberedFrame, kMaxStack + 1), std::invalid_argument);
}

RC_GTEST_PROP(FrameStack, MatchesTheDefinition, ()) {
  const int depth = *rc::gen::inRange(1, kMaxStack + 1);
  const auto begins = *rc::gen::container<std::vector<bool>>(
      rc::gen::weightedElement<bool>({{1, true}, {5, false}}));
  FrameStack stack(kNumberedFrame, depth);
  NaiveReplay naive(depth, kMaxStack + 1, {});
  for (const bool begin : begins) {
    const auto frame = FrameOf(naive.end());
    if (begin || naive.end() == 0) {
      naive.BeginEpisode();
      stack.Begin(frame);
    } else {
      naive.Append(0, {});
      stack.Push(frame);
    }
    RC_ASSERT(NumbersIn(stack.View()) == naive.Seen(naive.end() - 1));
  }
}

}  // namespace
}  // namespace arcadeq
