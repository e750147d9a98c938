#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

namespace arcadeq {

// A program running as a child process. It inherits only the descriptor that becomes its standard
// input (its output is discarded), so it keeps no pipe or lock alive, and has its own process
// group, so Ctrl-C does not reach it.
class ChildProcess {
 public:
  // `arguments` begin with the name the program is called by. Throws UserError if it cannot start.
  ChildProcess(const std::string& program, std::vector<std::string> arguments, int standard_input);
  ~ChildProcess() { Kill(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits up to `patience` for the child to end; returns whether it has.
  bool WaitFor(std::chrono::milliseconds patience);
  void Kill();

  pid_t pid() const { return pid_; }
  // The signal that ended it; 0 if it exited by itself, is still running, or its status is unknown.
  int signal() const { return signal_; }

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int signal_ = 0;
};

}  // namespace arcadeq
