#include "window/window_process.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "picture/image.h"
#include "window/key.h"
#include "window/window.h"
#include "window/window_channel.h"

namespace arcadeq {
namespace {

constexpr std::string_view kName = "arcadeq-window";
// How often to process the display's events while there is no picture.
constexpr std::chrono::milliseconds kEventPeriod{20};
// How long a display may take to close the window once the program has ended.
constexpr std::chrono::seconds kEndPatience{1};

// Receives pictures from a socket on a separate thread, which notices the end of the program even
// while the display hangs, and then ends the process.
class Pictures {
 public:
  explicit Pictures(int socket) : socket_(socket), thread_([this] { Receive(); }) {}
  ~Pictures() {
    {
      const std::lock_guard lock(mutex_);
      done_ = true;
    }
    changed_.notify_all();
    ::shutdown(socket_, SHUT_RD);
    thread_.join();
  }
  Pictures(const Pictures&) = delete;
  Pictures& operator=(const Pictures&) = delete;

  // Returns the newest picture not yet taken, waiting up to `patience` for one.
  std::optional<Image> Take(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return newest_ || ended_; });
    return std::exchange(newest_, std::nullopt);
  }
  bool ended() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

 private:
  void Receive() {
    PictureReceiver receiver(socket_);
    while (receiver.Receive()) {
      if (auto picture = receiver.TakeNewest()) {
        const std::lock_guard lock(mutex_);
        newest_ = std::move(picture);
        changed_.notify_all();
      }
    }
    std::unique_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
    if (!changed_.wait_for(lock, kEndPatience, [this] { return done_; })) std::_Exit(1);
  }

  const int socket_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Image> newest_;
  bool ended_ = false;  // the stream has ended
  bool done_ = false;   // the window has closed
  std::thread thread_;
};

void Report(std::string_view line) {
  const std::string text = fmt::format("{}\n", line);
  ::send(STDIN_FILENO, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace

WindowCommand MakeWindowCommand(const std::string& title) {
  return {"/proc/self/exe", {std::string(kName), title}};
}

bool IsWindowCommand(int argc, char** argv) {
  return argc == 2 && argv[0] == kName;
}

int RunWindowProcess(char** argv) {
  // Signals to a whole group of processes also end the program, which ends the window.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  try {
    Pictures pictures(STDIN_FILENO);
    GameWindow window(argv[1]);
    Report(kWindowReady);
    while (!pictures.ended()) {
      if (const auto picture = pictures.Take(kEventPeriod)) window.Show(*picture);
      for (const KeyEvent& key : window.TakeKeys()) Report(ToText(key));
      if (window.closed()) {
        Report(kWindowClosed);
        break;
      }
    }
    return 0;
  } catch (const std::exception& error) {
    Report(error.what());
    return 1;
  }
}

}  // namespace arcadeq
