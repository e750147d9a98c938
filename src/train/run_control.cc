#include "train/run_control.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace arcadeq {
namespace {

constexpr std::array<std::pair<std::string_view, RunCommand>, 5> kWords = {{
    {"pause", RunCommand::kPause},
    {"resume", RunCommand::kResume},
    {"save", RunCommand::kSave},
    {"record", RunCommand::kRecord},
    {"help", RunCommand::kHelp},
}};

// Bounds the commands that pile up during a long window; further ones are dropped.
constexpr std::size_t kMaxPending = 64;

}  // namespace

std::string RunCommandWords() {
  std::vector<std::string_view> words;
  words.reserve(kWords.size());
  for (const auto& [word, command] : kWords) words.push_back(word);
  return fmt::format("{}", fmt::join(words, ", "));
}

std::optional<RunCommand> ParseRunCommand(std::string_view word) {
  for (const auto& [name, command] : kWords) {
    if (name == word) return command;
  }
  return std::nullopt;
}

void RunControl::Request(RunCommand command) {
  {
    const std::lock_guard lock(mutex_);
    if (pending_.size() == kMaxPending) return;
    if (pending_.empty() || pending_.back() != command) pending_.push_back(command);
  }
  requested_.notify_one();
}

std::vector<RunCommand> RunControl::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(pending_, {});
}

void RunControl::Wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  requested_.wait_for(lock, patience, [this] { return !pending_.empty(); });
}

}  // namespace arcadeq
