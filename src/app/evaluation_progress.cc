#include "app/evaluation_progress.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "evaluate/player.h"
#include "record/console/terminal.h"

namespace arcadeq {
namespace {

constexpr const char* kEraseLine = "\r\x1b[K";
constexpr std::chrono::milliseconds kPeriod{100};

void Write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

EvaluationProgress::EvaluationProgress(std::int64_t games)
    : visible_(isatty(STDERR_FILENO) != 0 && TerminalIsCapable()), games_(games) {
  Show();
}

EvaluationProgress::~EvaluationProgress() {
  if (visible_) Write(kEraseLine);
}

void EvaluationProgress::Add(const EpisodeResult& game) {
  ++ended_;
  sum_ += game.raw_return;
  if (Clock::now() - shown_at_ >= kPeriod) Show();
}

void EvaluationProgress::Show() {
  if (!visible_) return;
  std::string line = fmt::format("{} of {} games", ended_, games_);
  if (ended_ > 0) line += fmt::format(", mean {:.1f}", sum_ / static_cast<double>(ended_));
  const std::optional<TerminalSize> size = SizeOfTerminal(STDERR_FILENO);
  const std::size_t room = size ? static_cast<std::size_t>(std::max(size->columns - 1, 0)) : 80;
  Write(kEraseLine + line.substr(0, room));  // a longer one would leave the line above behind
  shown_at_ = Clock::now();
}

}  // namespace arcadeq
