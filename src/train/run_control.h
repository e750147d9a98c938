#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// What a person may ask of a run in progress. None of it changes what the run computes.
enum class RunCommand {
  kPause,
  kResume,
  kSave,    // write a checkpoint now
  kRecord,  // film the next episode of the first environment
  kHelp,    // name the commands
};

// The words of the commands, separated by commas.
std::string RunCommandWords();

// The command of a word: "pause", "resume", "save", "record" or "help"; nothing for any other.
std::optional<RunCommand> ParseRunCommand(std::string_view word);

// Passes commands to the trainer, which carries them out between two windows.
class RunControl {
 public:
  // Never waits; any thread may call it. A command that is already pending is not queued twice in
  // a row.
  void Request(RunCommand command);

  // For the trainer: the commands since the last call, in order.
  std::vector<RunCommand> Take();
  // For the trainer: waits until there are commands, but not longer than `patience`.
  void Wait(std::chrono::milliseconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable requested_;
  std::vector<RunCommand> pending_;
};

}  // namespace arcadeq
