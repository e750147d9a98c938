#pragma once

#include <atomic>

namespace arcadeq {

// Becomes true when a signal asks the program to stop.
extern std::atomic<bool> stop_requested;
// The last such signal; 0 before.
extern std::atomic<int> stop_signal;

// While an object of this class lives, SIGINT, SIGTERM, SIGHUP and SIGXCPU set `stop_requested`. A
// second one of the same kind ends the program at once, except SIGXCPU, which the system sends
// again every second. Signals that the caller ignores stay ignored, as under nohup or in a script's
// background job.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
};

}  // namespace arcadeq
