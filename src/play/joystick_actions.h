#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "play/controls.h"

namespace arcadeq {

// Finds a game's action for the position of a joystick by the actions' names, such as UPRIGHTFIRE.
class JoystickActions {
 public:
  explicit JoystickActions(std::vector<std::string> names) : names_(std::move(names)) {}

  // If the game lacks a combination, drops parts of it: first up and down, then fire, then left and
  // right. nullopt if the game has not even an action for a joystick at rest.
  std::optional<int> ActionFor(const Joystick& joystick) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace arcadeq
