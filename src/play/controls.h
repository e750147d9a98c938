#pragma once

#include <string>
#include <vector>

#include "window/key.h"

namespace arcadeq {

// The keys of a joystick that are held down.
struct Joystick {
  bool up = false;
  bool down = false;
  bool left = false;
  bool right = false;
  bool fire = false;
};

// What the keys pressed in a game's window ask for. If a person plays, the arrows and space belong
// to the game; otherwise space pauses and the right arrow steps.
class Controls {
 public:
  Controls(bool human, bool overlay) : human_(human), overlay_(overlay) {}

  void Handle(const KeyEvent& event);

  bool paused() const { return paused_; }
  bool overlay() const { return overlay_; }
  bool quits() const { return quits_; }
  // As a multiple of the game's own: 1/8 to 16.
  double speed() const;
  std::string SpeedText() const;

  // Whether a single step was asked for that has not yet been taken.
  bool TakeStep();
  // Whether a new game was asked for since the last call.
  bool TakeNewGame();
  // The keys held down now or pressed since the last call.
  Joystick TakeJoystick();

  // The lines to write over the game; none if there is nothing to say.
  std::vector<std::string> Notice() const;

 private:
  void Press(Key key);
  void HoldJoystick(const KeyEvent& event);

  const bool human_;
  bool overlay_;
  bool paused_ = false;
  bool help_ = false;
  bool quits_ = false;
  int steps_ = 0;  // asked for and not yet taken
  bool new_game_ = false;
  int speed_ = 0;    // a power of 2
  Joystick held_;    // now
  Joystick tapped_;  // since the last TakeJoystick()
};

}  // namespace arcadeq
