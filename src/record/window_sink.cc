#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/error.h"
#include "record/event.h"
#include "record/recorder.h"
#include "record/sinks.h"
#include "record/window_peer.h"
#include "record/window_process.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// Roughly the refresh interval of a screen; pictures that come sooner are skipped.
constexpr std::chrono::milliseconds kShortestShow{16};
// How long a display may take to respond after the end of the run, which waits for it. Before, it
// has kDisplayPatience, and training continues meanwhile.
constexpr std::chrono::seconds kEndPatience{1};

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
    if (!peer_ || peer_->HasReported()) return;
    peer_->AwaitReport(kEndPatience);
    give_up_at_ = Clock::now();
  }

  // Sends the waiting picture and reads the reports of the window process. Throws if it failed.
  void Attend() {
    if (peer_) {
      peer_->sender().Continue();
      if (peer_->HasEnded()) {
        problem_ = peer_->Problem();
      } else if (!peer_->HasReported() && Clock::now() >= give_up_at_) {
        problem_ = kDisplayHangs;
        peer_->Kill();
      } else {
        return;
      }
      peer_.reset();
      watched_ = false;
    }
    if (!problem_.empty()) throw UserError(problem_);
  }

  std::atomic<bool>& watched_;
  std::optional<WindowPeer> peer_;  // until the window is closed or lost
  std::string problem_;
  Clock::time_point next_show_{};
  Clock::time_point give_up_at_ = Clock::now() + kDisplayPatience;
};

}  // namespace

std::unique_ptr<Sink> MakeWindowSink(WindowCommand command, std::atomic<bool>& watched) {
  return std::make_unique<WindowSink>(std::move(command), watched);
}

}  // namespace arcadeq
