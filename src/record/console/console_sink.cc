#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/one_line.h"
#include "base/quantity_text.h"
#include "record/console/dashboard.h"
#include "record/console/episode_lines.h"
#include "record/console/live_area.h"
#include "record/console/score_history.h"
#include "record/console/styled_text.h"
#include "record/console/terminal.h"
#include "record/console/unblocked_output.h"
#include "record/event.h"
#include "record/run_status.h"
#include "record/sink.h"
#include "record/sinks.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// Both in seconds of the run's clock (wall_seconds).
constexpr double kLiveLinePeriod = 0.1;
constexpr double kProgressLinePeriod = 30;

constexpr std::chrono::milliseconds kDashboardPeriod{200};
// The time without a Tick() after which the process may have been stopped.
constexpr std::chrono::milliseconds kSuspiciousPause{500};

constexpr const char* kName = "console";
constexpr const char* kHistoryName = "console_scores";

// Of a terminal that does not tell: too small for the dashboard.
constexpr TerminalSize kUnknownSize{80, 1};

class ConsoleSink : public Sink {
 public:
  ConsoleSink(std::FILE* out, bool is_terminal, const SinkStates& states,
              std::atomic<int>* typed_lines)
      : typed_lines_(typed_lines),
        output_(out),
        live_(is_terminal && TerminalIsCapable()),
        style_(StyleOfTerminal()) {
    if (const auto saved = states.find(kName); saved != states.end()) {
      status_.Restore(saved->second);
    }
    if (const auto saved = states.find(kHistoryName); saved != states.end()) {
      history_.Restore(saved->second);
    }
    if (live_) continue_watch_.emplace();
  }

  // The dashboard keeps the last state on the screen; the live line would be in the way of the
  // message that explains why the run was aborted.
  ~ConsoleSink() override {
    Print(episode_lines_.TakeRest());
    if (area_.shown().size() > 1) {
      Redraw();
      area_.Forget();
    }
    ended_ = true;
    if (!area_.shown().empty() || !waiting_.empty() || left_out_ > 0) Redraw();
    output_.WriteRest();
  }

  void Handle(const Event& event) override {
    std::visit([this](const auto& e) { On(e); }, event);
  }

  void Tick() override {
    if (!live_) return;
    Print(episode_lines_.TakeDue(SecondsSince(began_)));
    if (UsesDashboard()) RedrawIfDue();
  }

  void Flush() override { output_.WriteRest(); }

  void Save(SinkStates& states) const override {
    states[kName] = status_.Save();
    states[kHistoryName] = history_.Save();
  }

 private:
  void On(const RunBegan& began) { status_.Update(began); }

  void On(const EpisodeEnded& ended) {
    status_.Update(ended);
    if (const auto mean = status_.MeanReturn()) history_.Add(ended.step, *mean);
    if (live_) {
      Print(episode_lines_.Add(ended, SecondsSince(began_)));
    } else {
      Print({EpisodeLine(ended)});
    }
  }

  void On(const Progress& progress) {
    status_.Update(progress);
    progress_came_ = Clock::now();
    if (UsesDashboard()) return RedrawIfDue();
    const double since_shown = progress.wall_seconds - shown_at_;
    if (since_shown < (live_ ? kLiveLinePeriod : kProgressLinePeriod)) return;
    shown_at_ = progress.wall_seconds;
    if (live_) {
      Redraw();
    } else {
      Print({"Progress: " + status_.Line()});
    }
  }

  void On(const Evaluated& evaluated) {
    Print({fmt::format("Evaluation: step {}, {} games, mean {:.1f}, standard deviation {:.1f}{}",
                       FormatCount(evaluated.step), evaluated.games, evaluated.mean,
                       evaluated.standard_deviation, evaluated.best ? ", the best so far" : "")});
  }

  void On(const Diagnosis& diagnosis) { status_.Update(diagnosis); }
  void On(const VideoFrame&) {}
  void On(const VideoEnded&) {}

  void On(const PauseChanged& changed) {
    const Clock::time_point now = Clock::now();
    if (paused_since_) progress_came_ += now - *paused_since_;
    paused_since_.reset();
    if (changed.paused) paused_since_ = now;
    Print({fmt::format("{} at step {}", changed.paused ? "Paused" : "Resumed",
                       FormatCount(changed.step))});
  }

  void On(const Note& note) {
    const std::string text = OneLine(note.text);
    if (!note.warning) return Print({text});
    const std::string line = "Warning: " + text;
    Print({live_ && style_.colours ? Paint(line, Ink::kWarning) : line});
  }

  void On(const RunEnded& ended) {
    status_.Update(ended);
    progress_came_ = Clock::now();
    paused_since_.reset();
    Print(episode_lines_.TakeRest());
    if (UsesDashboard()) {
      Redraw();
      area_.Forget();
    }
    ended_ = true;
    Print({fmt::format("Run ended: {}. {} steps, {} frames, {} episodes in {}.", ended.reason,
                       FormatCount(ended.step), FormatCount(ended.frame),
                       FormatCount(ended.episode), FormatDuration(ended.wall_seconds))});
  }

  // Prints lines above what is live: soon, if that is the dashboard, and otherwise at once.
  void Print(std::vector<std::string> lines) {
    if (lines.empty()) return;
    for (std::string& line : lines) waiting_.push_back(std::move(line));
    if (UsesDashboard()) {
      RedrawIfDue();
    } else {
      Redraw();
    }
  }

  TerminalSize Size() const { return SizeOfTerminal(output_.descriptor()).value_or(kUnknownSize); }

  bool ShowsProgress() const { return live_ && !ended_ && status_.progress().step > 0; }
  bool UsesDashboard() const { return ShowsProgress() && DashboardFits(Size()); }

  void RedrawIfDue() {
    const Clock::time_point now = Clock::now();
    // After a pause, the signal that continued the process may not have been handled yet.
    const bool paused = now - last_look_ > kSuspiciousPause;
    last_look_ = now;
    if (paused || now < next_redraw_) return;
    next_redraw_ = now + kDashboardPeriod;
    Redraw();
  }

  // Prints the lines that wait, and redraws what is live below them.
  void Redraw() {
    if (!output_.Ready()) {
      left_out_ += std::ssize(waiting_);
      waiting_.clear();
      return;
    }
    if (typed_lines_ != nullptr) {
      for (int lines = typed_lines_->exchange(0); lines > 0; --lines) area_.AddTypedLine();
    }
    const bool in_foreground = !live_ || InForeground(output_.descriptor());
    // Then the shell has written below, and what was live has become its past.
    const bool continued = continue_watch_ && continue_watch_->WasContinued();
    if (continued || !in_foreground) area_.Forget();
    const TerminalSize size = Size();
    std::vector<std::string> live;
    if (in_foreground && ShowsProgress()) live = Live(size);
    const bool same = live.size() > 1 && live == area_.shown() && size == drawn_size_;
    if (same && waiting_.empty() && left_out_ == 0) return;
    if (left_out_ > 0) {
      waiting_.insert(waiting_.begin(),
                      fmt::format("({} lines dropped: nobody read them)", left_out_));
    }
    output_.Write(area_.Replace(waiting_, std::move(live), size));
    waiting_.clear();
    left_out_ = 0;
    drawn_size_ = size;
  }

  // One column narrower than the terminal: a full line would wrap.
  std::vector<std::string> Live(const TerminalSize& size) const {
    if (!DashboardFits(size)) {
      return {status_.Line().substr(0, static_cast<std::size_t>(size.columns) - 1)};
    }
    const double pause = paused_since_ ? SecondsSince(*paused_since_) : 0;
    return Dashboard(status_, history_, SecondsSince(progress_came_) - pause, size, style_);
  }

  static double SecondsSince(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
  }

  std::atomic<int>* typed_lines_;
  UnblockedOutput output_;
  const bool live_;
  const TerminalStyle style_;
  const Clock::time_point began_ = Clock::now();
  std::optional<ContinueWatch> continue_watch_;

  RunStatus status_;
  ScoreHistory history_;
  EpisodeLines episode_lines_;
  bool ended_ = false;
  Clock::time_point progress_came_{};
  std::optional<Clock::time_point> paused_since_;

  LiveArea area_;
  TerminalSize drawn_size_;
  std::vector<std::string> waiting_;  // lines to print with the next redraw
  std::int64_t left_out_ = 0;         // lines dropped since the last successful write
  double shown_at_ = 0;               // when the live line or the last progress line was shown
  Clock::time_point last_look_ = Clock::now();
  Clock::time_point next_redraw_{};
};

}  // namespace

std::unique_ptr<Sink> MakeConsoleSink(std::FILE* out, bool is_terminal, const SinkStates& states,
                                      std::atomic<int>* typed_lines) {
  return std::make_unique<ConsoleSink>(out, is_terminal, states, typed_lines);
}

}  // namespace arcadeq
