#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/file_descriptor.h"
#include "record/event.h"
#include "record/recorder.h"
#include "record/run_status.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// Both in seconds of the run's clock (wall_seconds).
constexpr double kLiveLinePeriod = 0.1;
constexpr double kProgressLinePeriod = 30;

// How long a slow reader gets to catch up, and how often at most.
constexpr std::chrono::milliseconds kPatience{100};
constexpr std::chrono::seconds kPatiencePeriod{1};

constexpr const char* kName = "console";
constexpr std::string_view kEraseLine = "\r\x1b[K";

// Opens the same pipe or terminal for non-blocking writes. Making `descriptor` itself non-blocking
// would affect every process that shares it, such as the shell.
FileDescriptor OpenWithoutWaiting(int descriptor) {
  struct stat status = {};
  const bool can_stall =
      fstat(descriptor, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
  if (!can_stall) return FileDescriptor(-1);
  return FileDescriptor(fmt::format("/proc/self/fd/{}", descriptor),
                        O_WRONLY | O_NONBLOCK | O_NOCTTY);
}

class ConsoleSink : public Sink {
 public:
  ConsoleSink(std::FILE* out, bool is_terminal, const SinkStates& states)
      : without_waiting_(OpenWithoutWaiting(fileno(out))),
        descriptor_(without_waiting_.get() >= 0 ? without_waiting_.get() : fileno(out)),
        live_(is_terminal && EnvironmentVariable("TERM") != "dumb"),
        colours_(live_ && EnvironmentVariable("NO_COLOR").empty()) {
    if (const auto saved = states.find(kName); saved != states.end()) {
      status_.Restore(saved->second);
    }
    std::fflush(out);  // from now on, writes bypass the FILE's buffer
  }

  ~ConsoleSink() override {
    if (live_line_shown_ || left_out_ > 0) Show("", false);
    WriteRest();
  }

  void Handle(const Event& event) override {
    std::visit([this](const auto& e) { On(e); }, event);
  }

  void Flush() override { WriteRest(); }

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

  void On(const Evaluated& evaluated) {
    PrintLine(fmt::format("Evaluation: step {}, {} games, mean {:.1f}, standard deviation {:.1f}{}",
                          FormatCount(evaluated.step), evaluated.games, evaluated.mean,
                          evaluated.standard_deviation, evaluated.best ? ", the best so far" : ""));
  }

  void On(const Diagnosis&) {}
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

  // Prints above the live line, if there is one.
  void PrintLine(std::string_view line) { Show(fmt::format("{}\n", line), live_line_shown_); }

  // Replaces the live line by `line` (a whole line or nothing), and redraws it below if `live`.
  void Show(std::string_view line, bool live) {
    WriteRest();
    if (!rest_.empty() || !Writable()) {
      if (!line.empty()) ++left_out_;
      return;
    }
    if (live_line_shown_) rest_ += kEraseLine;
    if (left_out_ > 0) rest_ += fmt::format("({} lines dropped: nobody read them)\n", left_out_);
    rest_ += line;
    if (live) rest_ += LiveLine();
    live_line_shown_ = live;
    left_out_ = 0;
    WriteRest();
  }

  // One column narrower than the terminal: a full line would wrap.
  std::string LiveLine() const {
    winsize size = {};
    const bool known = ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return status_.Line().substr(0, (known ? size.ws_col : 80) - 1);
  }

  // Whether the output can be written without blocking. Seldom waits for that, and briefly: the
  // other sinks wait for this one.
  bool Writable() {
    pollfd descriptor{descriptor_, POLLOUT, 0};
    if (poll(&descriptor, 1, 0) != 0) return true;
    const Clock::time_point now = Clock::now();
    if (now < next_patience_) return false;
    next_patience_ = now + kPatiencePeriod;
    return poll(&descriptor, 1, static_cast<int>(kPatience.count())) != 0;
  }

  // Writes as much as the reader accepts. Drops output that cannot be written at all (a closed
  // pipe, a full disk): training matters more. SIGPIPE is blocked on the recorder's thread. If the
  // descriptor is the caller's own, a write could block; PIPE_BUF bytes fit into a writable pipe.
  void WriteRest() {
    std::string_view text = rest_;
    while (!text.empty() && Writable()) {
      const ssize_t written =
          write(descriptor_, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
      if (written < 0 && (errno == EAGAIN || errno == EINTR)) break;
      text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : text.size());
    }
    rest_.erase(0, rest_.size() - text.size());
  }

  const FileDescriptor without_waiting_;
  const int descriptor_;
  const bool live_;
  const bool colours_;
  RunStatus status_;
  bool live_line_shown_ = false;
  std::string rest_;           // not yet written
  std::int64_t left_out_ = 0;  // lines dropped since the last successful write
  Clock::time_point next_patience_{};
  double shown_at_ = 0;  // when the live line or the last progress line was shown
};

}  // namespace

std::unique_ptr<Sink> MakeConsoleSink(std::FILE* out, bool is_terminal, const SinkStates& states) {
  return std::make_unique<ConsoleSink>(out, is_terminal, states);
}

}  // namespace arcadeq
