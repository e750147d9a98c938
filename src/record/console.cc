#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "record/run_status.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

// Both in seconds of the run's own clock (wall_seconds).
constexpr double kLiveLinePeriod = 0.1;
constexpr double kProgressLinePeriod = 30;

constexpr std::string_view kEraseLine = "\r\x1b[K";

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool UnderstandsEscapes() {
  const char* term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) != "dumb";
}

class ConsoleSink : public Sink {
 public:
  ConsoleSink(std::FILE* out, bool is_terminal)
      : descriptor_(fileno(out)),
        live_(is_terminal && UnderstandsEscapes()),
        colours_(live_ && !IsSet("NO_COLOR")) {
    std::fflush(out);  // from here on the descriptor is written to past the FILE's buffer
  }

  ~ConsoleSink() override { WriteAll(TakeLiveLineAway()); }

  void Handle(const Event& event) override {
    std::visit([this](const auto& e) { On(e); }, event);
  }

 private:
  void On(const RunBegan& began) { status_.Update(began); }

  void On(const EpisodeEnded& ended) {
    status_.Update(ended);
    if (ended.learning) {
      PrintLine(fmt::format("Episode: {}, Reward: {:.1f}, avg loss: {:.5f}, eps: {:.3f}",
                            ended.episode, ended.raw_return, ended.mean_loss, ended.epsilon));
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
      std::string text = TakeLiveLineAway();
      text += LiveLine();
      WriteAll(text);
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
    WriteAll(TakeLiveLineAway());
    PrintLine(fmt::format("Run ended: {}. {} steps, {} frames, {} episodes in {}.", ended.reason,
                          FormatCount(ended.step), FormatCount(ended.frame),
                          FormatCount(ended.episode), FormatDuration(ended.wall_seconds)));
  }

  // Above the live line, if there is one.
  void PrintLine(std::string_view line) {
    const bool redraw = live_line_shown_;
    std::string text = TakeLiveLineAway();
    text += line;
    text += '\n';
    if (redraw) text += LiveLine();
    WriteAll(text);
  }

  std::string TakeLiveLineAway() {
    const bool shown = live_line_shown_;
    live_line_shown_ = false;
    return std::string(shown ? kEraseLine : "");
  }

  // One column short of the terminal's width: a full line would wrap.
  std::string LiveLine() {
    winsize size = {};
    const bool known = ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    live_line_shown_ = true;
    return status_.Line().substr(0, (known ? size.ws_col : 80) - 1);
  }

  // Whatever cannot be written (a closed pipe, a full disk) is dropped: training matters more. On
  // the recorder's thread SIGPIPE is blocked.
  void WriteAll(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = write(descriptor_, text.data(), text.size());
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  const int descriptor_;
  const bool live_;
  const bool colours_;
  RunStatus status_;
  bool live_line_shown_ = false;
  double shown_at_ = 0;  // the live line, or the last progress line
};

}  // namespace

std::unique_ptr<Sink> MakeConsoleSink(std::FILE* out, bool is_terminal) {
  return std::make_unique<ConsoleSink>(out, is_terminal);
}

}  // namespace arcadeq
