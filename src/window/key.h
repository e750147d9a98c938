#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace arcadeq {

// The keys that a window reports.
enum class Key {
  kUp,
  kDown,
  kLeft,
  kRight,
  kSpace,
  kPeriod,
  kPlus,
  kMinus,
  kZero,
  kH,
  kO,
  kP,
  kQ,
  kR,
  kEscape,
  kCount,
};

// A key that was pressed or released. Keys held down are not repeated.
struct KeyEvent {
  Key key{};
  bool pressed = false;
  bool operator==(const KeyEvent&) const = default;
};

// As a line of text, "press up", and back; nullopt for any other text.
std::string ToText(const KeyEvent& event);
std::optional<KeyEvent> ParseKeyEvent(std::string_view text);

}  // namespace arcadeq
