#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <sys/types.h>

namespace arcadeq {

// The descriptors, each above 2, that become a child's standard streams; -1 for /dev/null.
struct ChildStreams {
  int input = -1;
  int output = -1;
  int error = -1;
};

// A program running as a child process. It inherits no descriptors but its standard streams, so it
// keeps no pipe or lock alive, and has its own process group, so Ctrl-C does not reach it.
class ChildProcess {
 public:
  // `arguments` begin with the name the program is called by. Throws UserError if it cannot start.
  ChildProcess(const std::string& program, std::vector<std::string> arguments,
               const ChildStreams& streams);
  ~ChildProcess() { Kill(); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits up to `patience` for the child to end; returns whether it has.
  bool WaitFor(std::chrono::milliseconds patience);
  // Asks it to exit (SIGTERM).
  void Terminate();
  void Kill();

  pid_t pid() const { return pid_; }
  // -1 if a signal ended it, it is still running, or its status is unknown.
  int exit_code() const { return exit_code_; }
  // The signal that ended it; 0 if it exited by itself, is still running, or its status is unknown.
  int signal() const { return signal_; }

 private:
  pid_t pid_ = -1;
  bool ended_ = false;
  int exit_code_ = -1;
  int signal_ = 0;
};

}  // namespace arcadeq
