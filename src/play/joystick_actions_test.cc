#include "play/joystick_actions.h"

#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "play/controls.h"

namespace arcadeq {
namespace {

const std::vector<std::string> kSpaceInvaders = {"NOOP", "FIRE",      "RIGHT",
                                                 "LEFT", "RIGHTFIRE", "LEFTFIRE"};
const std::vector<std::string> kAll = {
    "NOOP",     "FIRE",     "UP",          "RIGHT",      "LEFT",          "DOWN",
    "UPRIGHT",  "UPLEFT",   "DOWNRIGHT",   "DOWNLEFT",   "UPFIRE",        "RIGHTFIRE",
    "LEFTFIRE", "DOWNFIRE", "UPRIGHTFIRE", "UPLEFTFIRE", "DOWNRIGHTFIRE", "DOWNLEFTFIRE"};

std::string Name(const std::vector<std::string>& names, const Joystick& joystick) {
  const auto action = JoystickActions(names).ActionFor(joystick);
  return action ? names.at(static_cast<std::size_t>(*action)) : "none";
}

TEST(JoystickActions, EveryPositionHasItsAction) {
  EXPECT_EQ(Name(kAll, {}), "NOOP");
  EXPECT_EQ(Name(kAll, {.fire = true}), "FIRE");
  EXPECT_EQ(Name(kAll, {.down = true, .left = true}), "DOWNLEFT");
  EXPECT_EQ(Name(kAll, {.up = true, .right = true, .fire = true}), "UPRIGHTFIRE");
}

TEST(JoystickActions, OppositeDirectionsCancelOut) {
  EXPECT_EQ(Name(kAll, {.up = true, .down = true, .left = true, .right = true}), "NOOP");
  EXPECT_EQ(Name(kAll, {.up = true, .left = true, .right = true}), "UP");
}

TEST(JoystickActions, DropsWhatTheGameLacks) {
  EXPECT_EQ(Name(kSpaceInvaders, {.up = true, .right = true, .fire = true}), "RIGHTFIRE");
  EXPECT_EQ(Name(kSpaceInvaders, {.up = true, .fire = true}), "FIRE");
  EXPECT_EQ(Name(kSpaceInvaders, {.down = true}), "NOOP");
  EXPECT_EQ(Name({"LEFT", "NOOP", "RIGHT"}, {.right = true, .fire = true}), "RIGHT");
}

TEST(JoystickActions, AGameMayHaveNoActionAtRest) {
  EXPECT_EQ(Name({"LEFT", "RIGHT"}, {}), "none");
  EXPECT_EQ(Name({"LEFT", "RIGHT"}, {.right = true}), "RIGHT");
}

}  // namespace
}  // namespace arcadeq
