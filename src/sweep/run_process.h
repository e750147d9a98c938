#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/child_process.h"
#include "base/file_descriptor.h"

namespace arcadeq {

// A command of this program in a child process, which receives SIGTERM when this process ends,
// however it ends. Only the main thread may create one: the system watches the creating thread.
class RunProcess {
 public:
  // Appends the output to `log`; with `capture`, only stderr. Runs on `processor` alone if there is
  // one. Throws UserError if the process cannot start.
  RunProcess(std::vector<std::string> arguments, const std::filesystem::path& log, bool capture,
             std::optional<int> processor);

  bool WaitFor(std::chrono::milliseconds patience) { return child_.WaitFor(patience); }
  // Asks it to save its state and exit.
  void Stop() { child_.Terminate(); }

  // After its end: why it failed, in one line; empty if it succeeded.
  std::string Failure() const;
  // Its captured output.
  std::string Output() const;

 private:
  std::filesystem::path log_;
  FileDescriptor log_file_;
  std::uint64_t log_begin_;  // size of the log at the start
  FileDescriptor output_;    // a file in memory; -1 if not captured
  ChildProcess child_;
};

// The last line that reports an error, without the program's name, or else the last line that is
// not empty.
std::string LastWords(std::string_view printed);

// Called by main(): makes this process, if it is a RunProcess, end with its parent.
void EndWithSweep();

}  // namespace arcadeq
