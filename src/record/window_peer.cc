#include "record/window_peer.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/child_process.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "record/window_channel.h"
#include "record/window_process.h"

namespace arcadeq {
namespace {

// How long the window process may take to exit. Our process waits for it.
constexpr std::chrono::seconds kEndPatience{1};

}  // namespace

WindowPeer::SocketPair WindowPeer::MakeSocketPair() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    ThrowUserError("cannot make a socket: {}", std::strerror(errno));
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

WindowPeer::WindowPeer(WindowCommand command, SocketPair sockets)
    : socket_(std::move(sockets.ours)),
      sender_(socket_.get()),
      process_(command.program, std::move(command.arguments),
               ChildStreams{.input = sockets.its.get()}) {}

WindowPeer::~WindowPeer() {
  socket_.Close();
  process_.WaitFor(kEndPatience);
}

void WindowPeer::AwaitReport(std::chrono::milliseconds patience) const {
  pollfd descriptor{socket_.get(), POLLIN, 0};
  poll(&descriptor, 1, static_cast<int>(patience.count()));
}

bool WindowPeer::HasEnded() {
  std::array<char, 512> chunk;
  ssize_t size = 0;
  do {
    size = recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (size > 0) reports_.append(chunk.data(), static_cast<std::size_t>(size));
  } while (size > 0 || (size < 0 && errno == EINTR));
  const bool open = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  return !open || (!LastReport().empty() && LastReport() != kWindowReady);
}

std::string_view WindowPeer::LastReport() const {
  std::string_view lines = reports_;
  lines = lines.substr(0, lines.rfind('\n') + 1);
  if (lines.empty()) return lines;
  lines.remove_suffix(1);
  return lines.substr(lines.rfind('\n') + 1);
}

std::string WindowPeer::Problem() {
  const std::string_view last = LastReport();
  if (last == kWindowClosed) return "";
  if (!last.empty() && last != kWindowReady) return std::string(last);
  process_.WaitFor(kEndPatience);
  const int signal = process_.signal();
  // The display's library ends the process if the display is lost.
  return signal == 0
             ? "the window was lost: the connection to the display broke"
             : fmt::format("the window was lost: its process was killed by signal {}", signal);
}

}  // namespace arcadeq
