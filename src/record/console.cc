#include <algorithm>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/environment.h"
#include "record/run_status.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

// Both in seconds of the run's own clock (wall_seconds).
constexpr double kLiveLinePeriod = 0.1;
constexpr double kProgressLinePeriod = 30;

constexpr const char* kName = "console";
constexpr std::string_view kEraseLine = "\r\x1b[K";

class ConsoleSink : public Sink {
 public:
  ConsoleSink(std::FILE* out, bool is_terminal, const SinkStates& states)
      : descriptor_(fileno(out)),
        live_(is_terminal && EnvironmentVariable("TERM") != "dumb"),
        colours_(live_ && EnvironmentVariable("NO_COLOR").empty()) {
    if (const auto saved = states.find(kName); saved != states.end()) {
      status_.Restore(saved->second);
    }
    std::fflush(out);  // from here on the descriptor is written to past the FILE's buffer
  }

  ~ConsoleSink() override {
    if (live_line_shown_ || left_out_ > 0) Show("", false);
  }

  void Handle(const Event& event) override {
    std::visit([this](const auto& e) { On(e); }, event);
  }

  void Save(SinkStates& states) const override { states[kName] = status_.Save(); }

 private:
  void On(const RunBegan& began) { status_.Update(began); }

  void On(const EpisodeEnded& ended) {
    status_.Update(ended);
    if (ended.learning) {
      const std::string loss =
          std::isnan(ended.mean_loss) ? "-" : fmt::format("{:.5f}", ended.mean_loss);
      PrintLine(fmt::format("Episode: {}, Reward: {:.1f}, avg loss: {}, eps: {:.3f}", ended.episode,
                            ended.raw_return, loss, ended.epsilon));
    } else {
      PrintLine(fmt::format("Pre-training...Episode: {}", ended.episode));
    }
  }

  void On(const Progress& progress) {
    status_.Update(progress);
    const double since_shown = progress.wall_seconds - shown_at_;
    if (since_shown < (live_ ? kLiveLinePeriod : kProgressLinePeriod)) return;
    shown_at_ = progress.wall_seconds;
    if (live_) {
      Show("", true);
    } else {
      PrintLine("Progress: " + status_.Line());
    }
  }

  void On(const VideoFrame&) {}
  void On(const VideoEnded&) {}

  void On(const Note& note) {
    if (!note.warning) return PrintLine(note.text);
    const std::string line = "Warning: " + note.text;
    PrintLine(colours_ ? "\x1b[1;33m" + line + "\x1b[0m" : line);
  }

  void On(const RunEnded& ended) {
    Show(fmt::format("Run ended: {}. {} steps, {} frames, {} episodes in {}.\n", ended.reason,
                     FormatCount(ended.step), FormatCount(ended.frame), FormatCount(ended.episode),
                     FormatDuration(ended.wall_seconds)),
         false);
  }

  // Above the live line, if there is one.
  void PrintLine(std::string_view line) { Show(fmt::format("{}\n", line), live_line_shown_); }

  // Writes `line` (a whole one, or nothing) in the live line's place, and that anew below if
  // `live`.
  void Show(std::string_view line, bool live) {
    if (!Writable()) {
      if (!line.empty()) ++left_out_;
      return;
    }
    std::string text;
    if (live_line_shown_) text += kEraseLine;
    if (left_out_ > 0) text += fmt::format("({} lines left out: nobody read them)\n", left_out_);
    text += line;
    if (live) text += LiveLine();
    live_line_shown_ = live;
    left_out_ = 0;
    Write(text);
  }

  // One column short of the terminal's width: a full line would wrap.
  std::string LiveLine() const {
    winsize size = {};
    const bool known = ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return status_.Line().substr(0, (known ? size.ws_col : 80) - 1);
  }

  // Whether somebody reads what is written. Waits for it a little, once: the other sinks wait for
  // this one.
  bool Writable() {
    constexpr int kPatienceMilliseconds = 100;
    pollfd descriptor{descriptor_, POLLOUT, 0};
    stalled_ = poll(&descriptor, 1, stalled_ ? 0 : kPatienceMilliseconds) == 0;
    return !stalled_;
  }

  // Whatever cannot be written (a closed pipe, a full disk) is dropped: training matters more. On
  // the recorder's thread SIGPIPE is blocked. A pipe that is writable takes PIPE_BUF bytes at once;
  // more could block.
  void Write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written =
          write(descriptor_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
      if (!text.empty() && !Writable()) return;
    }
  }

  const int descriptor_;
  const bool live_;
  const bool colours_;
  RunStatus status_;
  bool live_line_shown_ = false;
  bool stalled_ = false;       // nobody read when something was to be written last
  std::int64_t left_out_ = 0;  // lines since then
  double shown_at_ = 0;        // the live line, or the last progress line
};

}  // namespace

std::unique_ptr<Sink> MakeConsoleSink(std::FILE* out, bool is_terminal, const SinkStates& states) {
  return std::make_unique<ConsoleSink>(out, is_terminal, states);
}

}  // namespace arcadeq
