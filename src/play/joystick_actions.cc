#include "play/joystick_actions.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "play/controls.h"

namespace arcadeq {
namespace {

// The name of one of two opposite directions; empty if both or neither are held.
std::string Direction(bool one, bool other, const char* name, const char* opposite) {
  if (one == other) return "";
  return one ? name : opposite;
}

}  // namespace

std::optional<int> JoystickActions::ActionFor(const Joystick& joystick) const {
  const std::string vertical = Direction(joystick.up, joystick.down, "UP", "DOWN");
  const std::string horizontal = Direction(joystick.left, joystick.right, "LEFT", "RIGHT");
  const std::string fire = joystick.fire ? "FIRE" : "";
  for (const auto& [first, second, third] :
       std::initializer_list<std::array<std::string_view, 3>>{{vertical, horizontal, fire},
                                                              {horizontal, fire},
                                                              {vertical, horizontal},
                                                              {horizontal},
                                                              {vertical, fire},
                                                              {vertical},
                                                              {fire},
                                                              {"NOOP"}}) {
    const std::string name = fmt::format("{}{}{}", first, second, third);
    const auto found = std::ranges::find(names_, name);
    if (found != names_.end()) return static_cast<int>(found - names_.begin());
  }
  return std::nullopt;
}

}  // namespace arcadeq
