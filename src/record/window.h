#pragma once

#include <memory>
#include <string>

#include "record/event.h"

namespace arcadeq {

// A game in a window, scaled by whole numbers. Where the display is lost, its library may end the
// process; where the display hangs, any call may. window_process.h keeps that away from a run.
class GameWindow {
 public:
  // Connects to the display; the window opens with the first picture. Throws UserError, as does
  // Show(), if there is no display or it fails.
  explicit GameWindow(std::string title);
  ~GameWindow();

  void Show(const VideoFrame& picture);
  // Answers the display. Whether the person before it has closed the window.
  bool Closed();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcadeq
