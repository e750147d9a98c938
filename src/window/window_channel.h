#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "picture/image.h"

namespace arcadeq {

// The protocol between a program and its window process over a stream socket: pictures one way,
// lines of text the other.

// Lines from the window process, besides those of key events (key.h); any other line is the error
// with which it exits.
inline constexpr std::string_view kWindowReady = "ready";    // the display responds
inline constexpr std::string_view kWindowClosed = "closed";  // the user closed the window

// Sends pictures without ever blocking. While the receiver does not read, a newer picture replaces
// the waiting one; a picture that is partly sent is always completed.
class PictureSender {
 public:
  explicit PictureSender(int socket) : socket_(socket) {}

  void Send(const Image& picture);
  // Sends as much as there is room for.
  void Continue();

 private:
  const int socket_;
  std::string sending_;
  std::size_t sent_ = 0;  // of `sending_`
  std::string waiting_;
};

// The receiving side.
class PictureReceiver {
 public:
  explicit PictureReceiver(int socket) : socket_(socket) {}

  // Blocks until data arrives and reads it. Returns false at the end of the stream.
  bool Receive();
  // The newest complete picture received since the last call, if any.
  std::optional<Image> TakeNewest();

 private:
  const int socket_;
  std::string received_;  // an incomplete picture
  std::optional<Image> newest_;
};

}  // namespace arcadeq
