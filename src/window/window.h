#pragma once

#include <memory>
#include <string>
#include <vector>

#include "picture/image.h"
#include "window/key.h"

namespace arcadeq {

// Of the library that opens windows: "SDL 2.26.5".
std::string WindowLibrary();

// Shows pictures in a window, scaled by integer factors. If the display is lost, its library may
// end the process; if the display hangs, any call may hang. RemoteWindow shields a program from
// both.
class GameWindow {
 public:
  // Connects to the display and makes sure that it allows windows; the first picture opens one. The
  // constructor and Show() throw UserError if there is no display or it fails.
  explicit GameWindow(std::string title);
  ~GameWindow();

  // The window adapts to the size of the picture.
  void Show(const Image& picture);
  // Processes the display's events. Returns the keys pressed and released since the last call.
  std::vector<KeyEvent> TakeKeys();
  // Whether the user had closed the window by the last TakeKeys().
  bool closed() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace arcadeq
