#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/child_process.h"
#include "base/error.h"
#include "base/file_descriptor.h"
#include "record/event.h"
#include "record/recorder.h"
#include "record/sinks.h"
#include "record/window_channel.h"
#include "record/window_process.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// Roughly the refresh interval of a screen; pictures that come sooner are skipped.
constexpr std::chrono::milliseconds kShortestShow{16};
// How long a display may take to respond before the sink gives up; training continues meanwhile.
constexpr std::chrono::seconds kAnswerPatience{10};
// The same after the end of the run, and how long the window process may take to exit. The run
// waits for both.
constexpr std::chrono::seconds kEndPatience{1};

// A process and our end of the socket that is its standard input.
class Peer {
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

class WindowSink : public Sink {
 public:
  WindowSink(WindowCommand command, std::atomic<bool>& watched) : watched_(watched) {
    watched_ = true;
    try {
      peer_.emplace(std::move(command));
    } catch (const UserError& error) {
      problem_ = fmt::format("cannot show a window: {}", error.what());
    }
  }

  ~WindowSink() override { watched_ = false; }

  void Handle(const Event& event) override {
    if (const auto* picture = std::get_if<VideoFrame>(&event)) Show(*picture);
    if (std::holds_alternative<RunEnded>(event)) AwaitAnswer();
    Attend();
  }

  void Flush() override { Attend(); }

 private:
  void Show(const VideoFrame& picture) {
    const Clock::time_point now = Clock::now();
    if (!peer_ || now < next_show_) return;
    next_show_ = now + kShortestShow;
    peer_->sender().Send(picture);
  }

  // Waits for the display to respond, so that even a very short run reports what is wrong with it.
  void AwaitAnswer() {
    if (!peer_ || !reports_.empty()) return;
    pollfd descriptor{peer_->socket(), POLLIN, 0};
    poll(&descriptor, 1, static_cast<int>(std::chrono::milliseconds(kEndPatience).count()));
    give_up_at_ = Clock::now();
  }

  // Sends the waiting picture and reads the reports of the window process. Throws if it failed.
  void Attend() {
    if (peer_) {
      peer_->sender().Continue();
      if (HasEnded(*peer_)) {
        problem_ = ProblemOf(*peer_);
      } else if (reports_.empty() && Clock::now() >= give_up_at_) {
        problem_ = "no display: it does not respond";
        peer_->process().Kill();
      } else {
        return;
      }
      peer_.reset();
      watched_ = false;
    }
    if (!problem_.empty()) throw UserError(problem_);
  }

  // Whether the window process has ended or has reported why it is about to.
  bool HasEnded(const Peer& peer) {
    std::array<char, 512> chunk;
    ssize_t size = 0;
    do {
      size = recv(peer.socket(), chunk.data(), chunk.size(), MSG_DONTWAIT);
      if (size > 0) reports_.append(chunk.data(), static_cast<std::size_t>(size));
    } while (size > 0 || (size < 0 && errno == EINTR));
    const bool open = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return !open || (!LastReport().empty() && LastReport() != kWindowReady);
  }

  // The last complete line.
  std::string_view LastReport() const {
    std::string_view lines = reports_;
    lines = lines.substr(0, lines.rfind('\n') + 1);
    if (lines.empty()) return lines;
    lines.remove_suffix(1);
    return lines.substr(lines.rfind('\n') + 1);
  }

  // Why the process has ended; empty if the user closed the window.
  std::string ProblemOf(Peer& peer) const {
    const std::string_view last = LastReport();
    if (last == kWindowClosed) return "";
    if (!last.empty() && last != kWindowReady) return std::string(last);
    peer.process().WaitFor(kEndPatience);
    const int signal = peer.process().signal();
    // The display's library ends the process if the display is lost.
    return signal == 0
               ? "the window was lost: the connection to the display broke"
               : fmt::format("the window was lost: its process was killed by signal {}", signal);
  }

  std::atomic<bool>& watched_;
  std::optional<Peer> peer_;  // until the window is closed or lost
  std::string reports_;
  std::string problem_;
  Clock::time_point next_show_{};
  Clock::time_point give_up_at_ = Clock::now() + kAnswerPatience;
};

}  // namespace

std::unique_ptr<Sink> MakeWindowSink(WindowCommand command, std::atomic<bool>& watched) {
  return std::make_unique<WindowSink>(std::move(command), watched);
}

}  // namespace arcadeq
