#include "agent/rollout.h"

#include <array>
#include <cstdint>
#include <vector>

#include <gmock/gmock.h>

#include "base/frame.h"
#include "base/state.h"
#include "replay/frame_stack.h"

namespace arcadeq {
namespace {

constexpr FrameFormat kPixel{ElementType::kUint8, 1, 1};
constexpr int kStack = 3;

using Frame = std::array<std::uint8_t, 1>;

std::vector<int> Shown(const StackView& view) {
  std::vector<int> shown;
  for (int k = 0; k < view.depth; ++k) shown.push_back(*view.frames[k]);
  return shown;
}

std::vector<int> Newest(const Rollout& rollout, int env) {
  FrameStack stack(kPixel, kStack);
  rollout.ReadNewestStack(env, stack);
  return Shown(stack.View());
}

using ::testing::ElementsAre;

TEST(Rollout, ShowsTheStacksAroundEachStep) {
  Rollout rollout(kPixel, kStack, 2, 3);
  rollout.BeginEpisode(0, Frame{1});
  rollout.BeginEpisode(1, Frame{101});
  rollout.Append(0, {.action = 5, .reward = 0.5f}, Frame{2});
  rollout.Append(1, {.action = 6}, Frame{102});
  rollout.Append(0, {.action = 7, .end = {.terminated = true}}, Frame{3});
  rollout.Append(1, {.action = 8}, Frame{103});
  EXPECT_FALSE(rollout.full());
  rollout.BeginEpisode(0, Frame{4});
  rollout.Append(0, {.action = 9}, Frame{5});
  rollout.Append(1, {.action = 10}, Frame{104});
  EXPECT_TRUE(rollout.full());

  // By step, then by environment.
  ASSERT_EQ(rollout.samples(), 6);
  const std::array actions = {5, 6, 7, 8, 9, 10};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(rollout.step(i).action, actions[i]);
  EXPECT_EQ(rollout.step(0).reward, 0.5f);
  EXPECT_TRUE(rollout.step(2).end.terminated);

  EXPECT_THAT(Shown(rollout.before(0)), ElementsAre(1, 1, 1));
  EXPECT_THAT(Shown(rollout.after(0)), ElementsAre(1, 1, 2));
  EXPECT_THAT(Shown(rollout.before(2)), ElementsAre(1, 1, 2));
  EXPECT_THAT(Shown(rollout.after(2)), ElementsAre(1, 2, 3));  // an episode's last frame
  EXPECT_THAT(Shown(rollout.before(4)), ElementsAre(4, 4, 4));
  EXPECT_THAT(Shown(rollout.after(4)), ElementsAre(4, 4, 5));
  EXPECT_THAT(Shown(rollout.before(5)), ElementsAre(101, 102, 103));
  EXPECT_THAT(Shown(rollout.after(5)), ElementsAre(102, 103, 104));
  EXPECT_THAT(Newest(rollout, 0), ElementsAre(4, 4, 5));
  EXPECT_THAT(Newest(rollout, 1), ElementsAre(102, 103, 104));
}

TEST(Rollout, ContinuesFromTheNewestStacks) {
  Rollout rollout(kPixel, kStack, 1, 2);
  rollout.BeginEpisode(0, Frame{1});
  std::uint8_t frame = 2;
  for (int window = 0; window < 5; ++window) {
    for (int t = 0; t < 2; ++t) rollout.Append(0, {}, Frame{frame++});
    EXPECT_TRUE(rollout.full());
    if (window > 0) {
      EXPECT_THAT(Shown(rollout.before(0)), ElementsAre(frame - 5, frame - 4, frame - 3));
    }
    rollout.Clear();
    EXPECT_FALSE(rollout.full());
    EXPECT_THAT(Newest(rollout, 0), ElementsAre(frame - 3, frame - 2, frame - 1));
  }
}

// The case in which a window has the most frames.
TEST(Rollout, HoldsEpisodesOfOneStepEach) {
  Rollout rollout(kPixel, kStack, 1, 4);
  std::uint8_t frame = 0;
  for (int window = 0; window < 3; ++window) {
    for (int t = 0; t < 4; ++t) {
      rollout.BeginEpisode(0, Frame{frame});
      rollout.Append(0, {.end = {.truncated = true}}, Frame{++frame});
      EXPECT_THAT(Shown(rollout.before(t)), ElementsAre(frame - 1, frame - 1, frame - 1));
      EXPECT_THAT(Shown(rollout.after(t)), ElementsAre(frame - 1, frame - 1, frame));
    }
    rollout.Clear();
  }
}

TEST(Rollout, StateIsTheNewestStacks) {
  Rollout rollout(kPixel, kStack, 2, 2), restored(kPixel, kStack, 2, 2);
  rollout.BeginEpisode(0, Frame{1});
  rollout.BeginEpisode(1, Frame{11});
  for (std::uint8_t frame = 2; frame <= 3; ++frame) {
    rollout.Append(0, {}, Frame{frame});
    rollout.Append(1, {.end = {.terminated = frame == 2}}, Frame{frame});
    if (frame == 2) rollout.BeginEpisode(1, Frame{12});
  }
  rollout.Clear();
  StateWriter writer;
  rollout.VisitState(writer);
  StateReader reader(writer.bytes(), "test");
  restored.VisitState(reader);
  reader.ExpectAllRead();
  EXPECT_THAT(Newest(restored, 0), ElementsAre(1, 2, 3));
  EXPECT_THAT(Newest(restored, 1), ElementsAre(12, 12, 3));
  for (Rollout* each : {&rollout, &restored}) {
    each->Append(0, {}, Frame{4});
    EXPECT_THAT(Shown(each->after(0)), ElementsAre(2, 3, 4));
  }
}

}  // namespace
}  // namespace arcadeq
