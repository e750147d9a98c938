#pragma once

#include <memory>
#include <string>

#include "record/event.h"

namespace arcadeq {

// Of the library that opens windows: "SDL 2.26.5".
std::string WindowLibrary();

// Shows a game in a window, scaled by integer factors. If the display is lost, its library may end
// the process; if the display hangs, any call may hang. window_process.h shields the run from both.
class GameWindow {
 public:
  // Connects to the display and makes sure that it allows windows; the first picture opens one. The
  // constructor and Show() throw UserError if there is no display or it fails.
  explicit GameWindow(std::string title);
  ~GameWindow();

  void Show(const VideoFrame& picture);
  // Processes the display's events. Returns whether the user has closed the window.
  bool Closed();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcadeq
