#include "window/remote_window.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/child_process.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "picture/image.h"
#include "window/key.h"
#include "window/window_channel.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

// How long a display may take to respond before it is given up.
constexpr std::chrono::seconds kAnswerPatience{10};
// How long the window process may take to exit.
constexpr std::chrono::seconds kEndPatience{1};

}  // namespace

// A process and our end of the socket that is its standard input.
class RemoteWindow::Peer {
 public:
  explicit Peer(WindowCommand command) : Peer(std::move(command), MakeSocketPair()) {}
  // Asks the process to end, and kills it if it does not.
  ~Peer() {
    socket_.Close();
    process_.WaitFor(kEndPatience);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  int socket() const { return socket_.get(); }
  PictureSender& sender() { return sender_; }
  ChildProcess& process() { return process_; }

 private:
  struct SocketPair {
    FileDescriptor ours;
    FileDescriptor its;
  };
  static SocketPair MakeSocketPair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      ThrowUserError("cannot make a socket: {}", std::strerror(errno));
    }
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
  }

  Peer(WindowCommand command, SocketPair sockets)
      : socket_(std::move(sockets.ours)),
        sender_(socket_.get()),
        process_(command.program, std::move(command.arguments),
                 ChildStreams{.input = sockets.its.get()}) {}

  FileDescriptor socket_;
  PictureSender sender_;
  ChildProcess process_;
};

RemoteWindow::RemoteWindow(WindowCommand command) : give_up_at_(Clock::now() + kAnswerPatience) {
  try {
    peer_ = std::make_unique<Peer>(std::move(command));
  } catch (const UserError& error) {
    ThrowUserError("cannot show a window: {}", error.what());
  }
}

RemoteWindow::~RemoteWindow() = default;

bool RemoteWindow::open() const {
  return peer_ != nullptr;
}

std::vector<KeyEvent> RemoteWindow::TakeKeys() {
  return std::exchange(keys_, {});
}

void RemoteWindow::Show(const Image& picture) {
  if (peer_) peer_->sender().Send(picture);
}

void RemoteWindow::Attend() {
  if (!peer_) return;
  peer_->sender().Continue();
  ReadReports();
  if (peer_ && !ready_ && Clock::now() >= give_up_at_) {
    peer_->process().Kill();
    Fail("no display: it does not respond");
  }
}

void RemoteWindow::Wait(std::chrono::milliseconds patience) {
  if (!peer_) return;
  pollfd descriptor{peer_->socket(), POLLIN, 0};
  poll(&descriptor, 1, static_cast<int>(patience.count()));
  Attend();
}

void RemoteWindow::AwaitReady(std::chrono::milliseconds patience) {
  give_up_at_ = std::min(give_up_at_, Clock::now() + patience);
  while (peer_ && !ready_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(give_up_at_ - Clock::now());
    Wait(std::max(left, std::chrono::milliseconds(0)));
  }
}

void RemoteWindow::ReadReports() {
  std::array<char, 512> chunk;
  ssize_t size = 0;
  do {
    size = recv(peer_->socket(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (size > 0) reports_.append(chunk.data(), static_cast<std::size_t>(size));
  } while (size > 0 || (size < 0 && errno == EINTR));
  const bool ended = size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);

  for (std::size_t end = reports_.find('\n'); end != std::string::npos; end = reports_.find('\n')) {
    Interpret(std::string_view(reports_).substr(0, end));
    reports_.erase(0, end + 1);
  }
  if (closed_) {
    peer_.reset();
  } else if (!problem_.empty()) {
    Fail(problem_);
  } else if (ended) {
    peer_->process().WaitFor(kEndPatience);
    const int signal = peer_->process().signal();
    // The display's library ends the process if the display is lost.
    Fail(signal == 0
             ? "the window was lost: the connection to the display broke"
             : fmt::format("the window was lost: its process was killed by signal {}", signal));
  }
}

void RemoteWindow::Interpret(std::string_view report) {
  if (report == kWindowReady) {
    ready_ = true;
  } else if (report == kWindowClosed) {
    closed_ = true;
  } else if (const auto key = ParseKeyEvent(report)) {
    keys_.push_back(*key);
  } else {
    problem_ = report;
  }
}

void RemoteWindow::Fail(std::string_view problem) {
  const std::string kept(problem);
  peer_.reset();
  throw UserError(kept);
}

}  // namespace arcadeq
