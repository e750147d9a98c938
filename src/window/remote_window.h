#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "picture/image.h"
#include "window/key.h"
#include "window/window_process.h"

namespace arcadeq {

// A window shown by a process of its own: a display that is missing, lost or hangs makes a call
// fail but blocks none.
class RemoteWindow {
 public:
  // Starts the window process (see MakeWindowCommand()). Throws UserError if it cannot start.
  explicit RemoteWindow(WindowCommand command);
  // Closes the window, which takes at most a second.
  ~RemoteWindow();
  RemoteWindow(const RemoteWindow&) = delete;
  RemoteWindow& operator=(const RemoteWindow&) = delete;

  // Sends a picture. While the window has not taken the last one, the newest replaces it.
  void Show(const Image& picture);
  // Sends what is left of a picture, and reads what the window reports. Throws UserError, once, if
  // the display is missing, does not respond within ten seconds, or is lost.
  void Attend();
  // Waits until the window reports something or `patience` has passed, and attends to it.
  void Wait(std::chrono::milliseconds patience);
  // Waits until the display responds, and throws as Attend() does if it does not in time.
  void AwaitReady(std::chrono::milliseconds patience);

  // Whether the window is there: neither closed by the user nor lost.
  bool open() const;
  // The keys pressed and released, as far as attended to, since the last call.
  std::vector<KeyEvent> TakeKeys();

 private:
  class Peer;
  void ReadReports();
  void Interpret(std::string_view report);
  [[noreturn]] void Fail(std::string_view problem);

  using Clock = std::chrono::steady_clock;

  std::unique_ptr<Peer> peer_;  // until the window is closed or lost
  std::string reports_;         // an incomplete line
  std::string problem_;         // with which the window process is about to exit
  std::vector<KeyEvent> keys_;
  bool ready_ = false;
  bool closed_ = false;
  Clock::time_point give_up_at_;
};

}  // namespace arcadeq
