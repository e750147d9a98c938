#include "app/evaluation_progress.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "base/environment.h"
#include "train/player.h"

namespace arcadeq {
namespace {

constexpr const char* kEraseLine = "\r\x1b[K";
constexpr std::chrono::milliseconds kPeriod{100};

void Write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

EvaluationProgress::EvaluationProgress(std::int64_t games)
    : visible_(isatty(STDERR_FILENO) != 0 && EnvironmentVariable("TERM") != "dumb"), games_(games) {
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
  std::string line = fmt::format("{}{} of {} games", kEraseLine, ended_, games_);
  if (ended_ > 0) line += fmt::format(", mean {:.1f}", sum_ / static_cast<double>(ended_));
  Write(line);
  shown_at_ = Clock::now();
}

}  // namespace arcadeq
