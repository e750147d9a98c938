#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "picture/overlay.h"
#include "record/event.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/spectator.h"
#include "window/key.h"
#include "window/remote_window.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// Roughly the refresh interval of a screen; pictures that come sooner are skipped.
constexpr std::chrono::milliseconds kShortestShow{16};
// How long the display may take to respond once the run has ended, which waits for it.
constexpr std::chrono::seconds kEndPatience{1};

const std::vector<std::string> kHelp = {
    "space  stop drawing,", "       or continue", "o      what the agent",
    "       thinks",        "h      these keys",
};
const std::vector<std::string> kStopped = {"not drawn: space continues"};

class WindowSink : public Sink {
 public:
  WindowSink(WindowCommand command, Spectator& spectator) : spectator_(spectator) {
    try {
      window_.emplace(std::move(command));
      spectator_.watches = true;
    } catch (const UserError& error) {
      problem_ = error.what();
    }
  }

  ~WindowSink() override { spectator_.watches = false; }

  void Handle(const Event& event) override {
    if (const auto* picture = std::get_if<VideoFrame>(&event)) Show(*picture);
    if (std::holds_alternative<RunEnded>(event) && window_) {
      UseWindow(*window_, [](RemoteWindow& window) { window.AwaitReady(kEndPatience); });
    }
    Attend();
  }

  void Flush() override { Attend(); }

 private:
  void Show(const VideoFrame& picture) {
    const Clock::time_point now = Clock::now();
    if (!window_ || !spectator_.watches || now < next_show_) return;
    next_show_ = now + kShortestShow;
    Draw(*window_, picture);
    last_ = picture;
  }

  void Draw(RemoteWindow& window, const VideoFrame& picture) {
    const bool overlaid = spectator_.wants_moments && picture.moment;
    const std::vector<std::string>* notice = nullptr;
    if (!spectator_.watches) notice = &kStopped;
    if (help_) notice = &kHelp;
    if (!overlaid && notice == nullptr) {
      window.Show(picture);
      return;
    }
    window.Show(overlay_.Draw(picture, overlaid ? &*picture.moment : nullptr,
                              notice != nullptr ? *notice : std::vector<std::string>{}));
  }

  // Sends the waiting picture and attends to the keys. Throws if the window failed.
  void Attend() {
    if (!problem_.empty()) throw UserError(problem_);
    if (!window_) return;
    UseWindow(*window_, [](RemoteWindow& window) { window.Attend(); });
    if (!window_) return;
    for (const KeyEvent& event : window_->TakeKeys()) {
      if (event.pressed) Press(event.key, *window_);
    }
  }

  // Calls a function of the window. Nobody watches any more once that is closed or lost.
  template <typename Function>
  void UseWindow(RemoteWindow& window, const Function& function) {
    try {
      function(window);
    } catch (...) {
      spectator_.watches = false;
      window_.reset();
      throw;
    }
    if (window.open()) return;
    spectator_.watches = false;
    window_.reset();
  }

  void Press(Key key, RemoteWindow& window) {
    switch (key) {
      case Key::kSpace:
        spectator_.watches = !spectator_.watches;
        break;
      case Key::kO:
        spectator_.wants_moments = !spectator_.wants_moments;
        break;
      case Key::kH:
        help_ = !help_;
        break;
      default:
        return;
    }
    if (last_) Draw(window, *last_);
  }

  Spectator& spectator_;
  std::optional<RemoteWindow> window_;  // until it is closed or lost
  std::string problem_;                 // why it could not be made
  Overlay overlay_;
  std::optional<VideoFrame> last_;  // shown
  bool help_ = false;
  Clock::time_point next_show_{};
};

}  // namespace

std::unique_ptr<Sink> MakeWindowSink(WindowCommand command, Spectator& spectator) {
  return std::make_unique<WindowSink>(std::move(command), spectator);
}

}  // namespace arcadeq
