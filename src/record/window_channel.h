#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "record/event.h"

namespace arcadeq {

// What a run and the process of its window tell each other over a stream socket: pictures one way,
// lines of text the other.

// Lines of the window's process; any other is the problem that it ends with.
inline constexpr std::string_view kWindowReady = "ready";    // the display answers
inline constexpr std::string_view kWindowClosed = "closed";  // by the person before it

// Sends pictures without ever waiting. While the other side does not read, a newer picture takes
// the place of the one that waits; one whose beginning has been sent is sent to its end.
class PictureSender {
 public:
  explicit PictureSender(int socket) : socket_(socket) {}

  void Send(const VideoFrame& picture);
  // Sends what there is room for by now.
  void Continue();

 private:
  const int socket_;
  std::string sending_;
  std::size_t sent_ = 0;  // of `sending_`
  std::string waiting_;
};

// The other side. Only what a window needs of a picture arrives: its size, pixels and palette.
class PictureReceiver {
 public:
  explicit PictureReceiver(int socket) : socket_(socket) {}

  // Waits for something to arrive and takes it in. False at the stream's end.
  bool Receive();
  // The newest picture that has arrived since the last call, if one has.
  std::optional<VideoFrame> TakeNewest();

 private:
  const int socket_;
  std::string received_;  // not yet a whole picture
  std::optional<VideoFrame> newest_;
};

}  // namespace arcadeq
