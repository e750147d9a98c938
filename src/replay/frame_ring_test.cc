#include "replay/frame_ring.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "replay/naive_replay.h"

namespace arcadeq {
namespace {

using Numbers = std::vector<std::int64_t>;

void AppendEpisode(FrameRing& ring, int length) {
  for (int k = 0; k < length; ++k) ring.Append(FrameOf(ring.end()), k == 0);
}

TEST(FrameRing, RepeatsTheFirstFrameOfAnEpisode) {
  FrameRing ring(kNumberedFrame, 4, 100);
  AppendEpisode(ring, 6);
  EXPECT_EQ(NumbersIn(ring.Stack(0)), (Numbers{0, 0, 0, 0}));
  EXPECT_EQ(NumbersIn(ring.Stack(1)), (Numbers{0, 0, 0, 1}));
  EXPECT_EQ(NumbersIn(ring.Stack(3)), (Numbers{0, 1, 2, 3}));
  EXPECT_EQ(NumbersIn(ring.Stack(5)), (Numbers{2, 3, 4, 5}));
}

TEST(FrameRing, AStackDoesNotReachIntoTheEpisodeBefore) {
  FrameRing ring(kNumberedFrame, 4, 100);
  AppendEpisode(ring, 10);
  AppendEpisode(ring, 10);
  EXPECT_EQ(NumbersIn(ring.Stack(9)), (Numbers{6, 7, 8, 9}));
  EXPECT_EQ(NumbersIn(ring.Stack(10)), (Numbers{10, 10, 10, 10}));
  EXPECT_EQ(NumbersIn(ring.Stack(12)), (Numbers{10, 10, 11, 12}));
}

TEST(FrameRing, AStackDoesNotReachOverTheWriteHead) {
  FrameRing ring(kNumberedFrame, 3, 8);
  AppendEpisode(ring, 20);  // 12, ..., 19 are stored
  EXPECT_EQ(ring.oldest(), 12);
  EXPECT_FALSE(ring.HasStack(11));
  EXPECT_FALSE(ring.HasStack(12));
  EXPECT_FALSE(ring.HasStack(13));
  ASSERT_TRUE(ring.HasStack(14));
  EXPECT_EQ(NumbersIn(ring.Stack(14)), (Numbers{12, 13, 14}));
  EXPECT_EQ(NumbersIn(ring.Stack(19)), (Numbers{17, 18, 19}));
  EXPECT_FALSE(ring.HasStack(20));
}

TEST(FrameRing, AnEpisodeThatBeginsAtTheOldestFrameIsWhole) {
  FrameRing ring(kNumberedFrame, 3, 8);
  AppendEpisode(ring, 4);
  AppendEpisode(ring, 8);
  EXPECT_EQ(ring.oldest(), 4);
  ASSERT_TRUE(ring.HasStack(4));
  EXPECT_EQ(NumbersIn(ring.Stack(4)), (Numbers{4, 4, 4}));
}

TEST(FrameRing, FramesOfAStackOfOneKnowTheirEpisode) {
  FrameRing ring(kNumberedFrame, 1, 2);
  AppendEpisode(ring, 5);
  EXPECT_EQ(NumbersIn(ring.Stack(3)), (Numbers{3}));
  EXPECT_EQ(NumbersIn(ring.Stack(4)), (Numbers{4}));
}

TEST(FrameRing, AFrameIsStoredOnceAndStacksShareIt) {
  FrameRing ring(kNumberedFrame, 4, 100);
  AppendEpisode(ring, 10);
  const StackView before = ring.Stack(6), after = ring.Stack(7);
  for (int k = 0; k + 1 < 4; ++k) EXPECT_EQ(before.frames[k + 1], after.frames[k]);
}

TEST(FrameRing, FramesAreAligned) {
  FrameRing ring(kNumberedFrame, 2, 10);
  AppendEpisode(ring, 10);
  for (std::int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(ring.Stack(i).frames[1]) % 16, 0u);
  }
}

TEST(FrameRing, KeepsEveryByteOfAFrame) {
  const FrameFormat format{ElementType::kUint8, 7, 9};
  FrameRing ring(format, 1, 5);
  std::vector<std::vector<std::uint8_t>> frames;
  for (int i = 0; i < 12; ++i) {
    auto& frame = frames.emplace_back(format.bytes());
    for (std::size_t k = 0; k < frame.size(); ++k) frame[k] = static_cast<std::uint8_t>(i * 31 + k);
    ring.Append(frame, i == 0);
  }
  for (std::int64_t i = ring.oldest(); i < ring.end(); ++i) {
    EXPECT_TRUE(std::equal(frames[i].begin(), frames[i].end(), ring.Stack(i).frames[0])) << i;
  }
}

TEST(FrameRing, TheSizesOfAtariFramesLoseNothingToAlignment) {
  EXPECT_EQ(FrameRing::BytesNeeded({ElementType::kUint8, 105, 80}, 1000), 1000 * (105 * 80 + 1));
  EXPECT_EQ(FrameRing::BytesNeeded({ElementType::kUint8, 84, 84}, 1000), 1000 * (84 * 84 + 1));
}

TEST(FrameRing, RefusesSizesItCannotServe) {
  EXPECT_THROW(FrameRing(kNumberedFrame, 0, 10), std::invalid_argument);
  EXPECT_THROW(FrameRing(kNumberedFrame, kMaxStack + 1, 100), std::invalid_argument);
  EXPECT_THROW(FrameRing(kNumberedFrame, 4, 4), std::invalid_argument);
  EXPECT_THROW(FrameRing(kNumberedFrame, 1, -1), std::invalid_argument);
  EXPECT_NO_THROW(FrameRing(kNumberedFrame, 4, 5));
}

RC_GTEST_PROP(FrameRing, HasTheStacksThatAnActorSaw, ()) {
  const int stack = *rc::gen::inRange(1, kMaxStack + 1);
  const std::int64_t capacity = stack + *rc::gen::inRange(1, 40);
  const auto lengths = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 30));
  FrameRing ring(kNumberedFrame, stack, capacity);
  NaiveReplay naive(stack, capacity);
  for (int length : lengths) {
    AppendEpisode(ring, length);
    for (int k = 0; k < length; ++k) k == 0 ? naive.BeginEpisode() : naive.Step();
    RC_ASSERT(ring.end() == naive.end());
    for (std::int64_t i = 0; i <= ring.end(); ++i) {
      const auto expected = naive.Stack(i);
      RC_ASSERT(ring.HasStack(i) == expected.has_value());
      if (expected) RC_ASSERT(NumbersIn(ring.Stack(i)) == *expected);
    }
  }
}

}  // namespace
}  // namespace arcadeq
