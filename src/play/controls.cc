#include "play/controls.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "window/key.h"

namespace arcadeq {
namespace {

constexpr int kSlowest = -3;  // 1/8
constexpr int kFastest = 4;   // 16

// The joystick's part that a key moves; null if it moves none.
bool* PartOf(Joystick& joystick, Key key) {
  switch (key) {
    case Key::kUp:
      return &joystick.up;
    case Key::kDown:
      return &joystick.down;
    case Key::kLeft:
      return &joystick.left;
    case Key::kRight:
      return &joystick.right;
    case Key::kSpace:
      return &joystick.fire;
    default:
      return nullptr;
  }
}

}  // namespace

void Controls::Handle(const KeyEvent& event) {
  if (human_ && PartOf(held_, event.key) != nullptr) {
    HoldJoystick(event);
  } else if (event.pressed) {
    Press(event.key);
  }
}

void Controls::HoldJoystick(const KeyEvent& event) {
  *PartOf(held_, event.key) = event.pressed;
  if (event.pressed) *PartOf(tapped_, event.key) = true;
}

void Controls::Press(Key key) {
  switch (key) {
    case Key::kSpace:
    case Key::kP:
      paused_ = !paused_;
      steps_ = 0;
      break;
    case Key::kRight:
    case Key::kPeriod:
      paused_ = true;
      ++steps_;
      break;
    case Key::kPlus:
      speed_ = std::min(speed_ + 1, kFastest);
      break;
    case Key::kMinus:
      speed_ = std::max(speed_ - 1, kSlowest);
      break;
    case Key::kZero:
      speed_ = 0;
      break;
    case Key::kO:
      overlay_ = !overlay_;
      break;
    case Key::kH:
      help_ = !help_;
      break;
    case Key::kR:
      new_game_ = true;
      break;
    case Key::kQ:
    case Key::kEscape:
      quits_ = true;
      break;
    default:
      break;
  }
}

double Controls::speed() const {
  return std::exp2(speed_);
}

std::string Controls::SpeedText() const {
  return speed_ < 0 ? fmt::format("speed 1/{}", 1 << -speed_)
                    : fmt::format("speed {}x", 1 << speed_);
}

bool Controls::TakeStep() {
  if (steps_ == 0) return false;
  --steps_;
  return true;
}

bool Controls::TakeNewGame() {
  return std::exchange(new_game_, false);
}

Joystick Controls::TakeJoystick() {
  Joystick taken = std::exchange(tapped_, {});
  taken.up |= held_.up;
  taken.down |= held_.down;
  taken.left |= held_.left;
  taken.right |= held_.right;
  taken.fire |= held_.fire;
  return taken;
}

std::vector<std::string> Controls::Notice() const {
  if (help_) {
    std::vector<std::string> lines =
        human_ ? std::vector<std::string>{"arrows    move", "space     fire", "p         pause",
                                          ".         single step"}
               : std::vector<std::string>{"space, p  pause", ". right   single step"};
    lines.insert(lines.end(),
                 {"+ -       faster, slower", "0         normal speed", "o         overlay",
                  "r         new game", "h         these keys", "q, esc    quit"});
    return lines;
  }
  if (paused_) return {"paused"};
  return {};
}

}  // namespace arcadeq
