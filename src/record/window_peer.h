#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "base/child_process.h"
#include "base/file_descriptor.h"
#include "record/window_channel.h"
#include "record/window_process.h"

namespace arcadeq {

// How long a display may take to respond.
inline constexpr std::chrono::seconds kDisplayPatience{10};
inline constexpr const char* kDisplayHangs = "no display: it does not respond";

// A window process, seen from the process that has started it. No call but the destructor and
// AwaitReport() waits for it.
class WindowPeer {
 public:
  // Throws UserError if it cannot start.
  explicit WindowPeer(WindowCommand command) : WindowPeer(std::move(command), MakeSocketPair()) {}
  // Asks the process to end, and kills it if it does not.
  ~WindowPeer();
  WindowPeer(const WindowPeer&) = delete;
  WindowPeer& operator=(const WindowPeer&) = delete;

  PictureSender& sender() { return sender_; }
  void Kill() { process_.Kill(); }

  // Waits up to `patience` for the process to report something or to end.
  void AwaitReport(std::chrono::milliseconds patience) const;
  // Reads its reports. Returns whether it has ended or has reported why it is about to.
  bool HasEnded();
  // Whether it has reported anything yet: the display has responded, or it has failed.
  bool HasReported() const { return !reports_.empty(); }
  // After HasEnded(): why; empty if the user closed the window.
  std::string Problem();

 private:
  struct SocketPair {
    FileDescriptor ours;
    FileDescriptor its;
  };
  static SocketPair MakeSocketPair();

  WindowPeer(WindowCommand command, SocketPair sockets);

  // The last complete line.
  std::string_view LastReport() const;

  FileDescriptor socket_;
  PictureSender sender_;
  ChildProcess process_;
  std::string reports_;
};

}  // namespace arcadeq
