#include "play/controls.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "window/key.h"

namespace arcadeq {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

void Tap(Controls& controls, Key key) {
  controls.Handle({key, true});
  controls.Handle({key, false});
}

TEST(Controls, SpacePausesAndContinues) {
  Controls controls(false, false);
  EXPECT_FALSE(controls.paused());
  Tap(controls, Key::kSpace);
  EXPECT_TRUE(controls.paused());
  EXPECT_THAT(controls.Notice(), ElementsAre("paused"));
  Tap(controls, Key::kP);
  EXPECT_FALSE(controls.paused());
  EXPECT_THAT(controls.Notice(), IsEmpty());
}

TEST(Controls, AStepPausesFirst) {
  for (const Key key : {Key::kPeriod, Key::kRight}) {
    Controls controls(false, false);
    Tap(controls, key);
    Tap(controls, key);
    EXPECT_TRUE(controls.paused());
    EXPECT_TRUE(controls.TakeStep());
    EXPECT_TRUE(controls.TakeStep());
    EXPECT_FALSE(controls.TakeStep());
  }
}

TEST(Controls, TheSpeedStaysWithinItsBounds) {
  Controls controls(false, false);
  EXPECT_EQ(controls.speed(), 1);
  Tap(controls, Key::kPlus);
  EXPECT_EQ(controls.speed(), 2);
  EXPECT_EQ(controls.SpeedText(), "speed 2x");
  for (int i = 0; i < 20; ++i) Tap(controls, Key::kPlus);
  EXPECT_EQ(controls.speed(), 16);
  Tap(controls, Key::kZero);
  EXPECT_EQ(controls.speed(), 1);
  for (int i = 0; i < 20; ++i) Tap(controls, Key::kMinus);
  EXPECT_EQ(controls.speed(), 0.125);
  EXPECT_EQ(controls.SpeedText(), "speed 1/8");
}

TEST(Controls, LettersToggleAndAsk) {
  Controls controls(false, true);
  EXPECT_TRUE(controls.overlay());
  Tap(controls, Key::kO);
  EXPECT_FALSE(controls.overlay());
  Tap(controls, Key::kR);
  EXPECT_TRUE(controls.TakeNewGame());
  EXPECT_FALSE(controls.TakeNewGame());
  Tap(controls, Key::kH);
  EXPECT_THAT(controls.Notice(), Contains(StartsWith("q, esc")));
  EXPECT_FALSE(controls.quits());
  Tap(controls, Key::kQ);
  EXPECT_TRUE(controls.quits());
}

TEST(Controls, EscapeQuits) {
  Controls controls(false, false);
  Tap(controls, Key::kEscape);
  EXPECT_TRUE(controls.quits());
}

TEST(Controls, ArrowsAndSpaceBelongToAPersonsGame) {
  Controls controls(true, false);
  Tap(controls, Key::kSpace);
  Tap(controls, Key::kRight);
  EXPECT_FALSE(controls.paused());
  EXPECT_FALSE(controls.TakeStep());
  Tap(controls, Key::kP);
  EXPECT_TRUE(controls.paused());
  Tap(controls, Key::kPeriod);
  EXPECT_TRUE(controls.TakeStep());
}

TEST(Controls, ATapBetweenTwoDecisionsCountsOnce) {
  Controls controls(true, false);
  Tap(controls, Key::kSpace);
  EXPECT_TRUE(controls.TakeJoystick().fire);
  EXPECT_FALSE(controls.TakeJoystick().fire);
}

TEST(Controls, AHeldKeyCountsUntilItIsReleased) {
  Controls controls(true, false);
  controls.Handle({Key::kLeft, true});
  controls.Handle({Key::kUp, true});
  for (int i = 0; i < 3; ++i) {
    const Joystick joystick = controls.TakeJoystick();
    EXPECT_TRUE(joystick.left && joystick.up);
    EXPECT_FALSE(joystick.right || joystick.down || joystick.fire);
  }
  controls.Handle({Key::kLeft, false});
  EXPECT_FALSE(controls.TakeJoystick().left);
  EXPECT_TRUE(controls.TakeJoystick().up);
}

}  // namespace
}  // namespace arcadeq
