#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

namespace arcadeq {

// A program running as our child. It has no descriptor of ours but the one that becomes its
// standard input (its output goes nowhere), so it keeps no pipe or lock alive, and a process group
// of its own, so that Ctrl-C does not reach it.
class ChildProcess {
 public:
  // `arguments` begin with the name the program is called by. Throws UserError if it cannot start.
  ChildProcess(const std::string& program, std::vector<std::string> arguments, int standard_input);
  ~ChildProcess() { Kill(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Whether it has ended, after waiting up to `patience` for that.
  bool WaitFor(std::chrono::milliseconds patience);
  void Kill();

  pid_t pid() const { return pid_; }
  // The signal that ended it; 0 if it ended on its own, has not ended, or nobody knows.
  int signal() const { return signal_; }

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int signal_ = 0;
};

}  // namespace arcadeq
