#include "window/key.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace arcadeq {
namespace {

// In the order of Key.
constexpr std::array<std::string_view, static_cast<std::size_t>(Key::kCount)> kNames = {
    "up",   "down", "left", "right", "space", "period", "plus",  "minus",
    "zero", "h",    "o",    "p",     "q",     "r",      "escape"};
constexpr std::string_view kPress = "press ";
constexpr std::string_view kRelease = "release ";

}  // namespace

std::string ToText(const KeyEvent& event) {
  return fmt::format("{}{}", event.pressed ? kPress : kRelease,
                     kNames[static_cast<std::size_t>(event.key)]);
}

std::optional<KeyEvent> ParseKeyEvent(std::string_view text) {
  const bool pressed = text.starts_with(kPress);
  if (!pressed && !text.starts_with(kRelease)) return std::nullopt;
  text.remove_prefix(pressed ? kPress.size() : kRelease.size());
  const auto* name = std::ranges::find(kNames, text);
  if (name == kNames.end()) return std::nullopt;
  return KeyEvent{static_cast<Key>(name - kNames.begin()), pressed};
}

}  // namespace arcadeq
