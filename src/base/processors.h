#pragma once

#include <vector>

#include <sched.h>

namespace arcadeq {

// The number of processors that this process may use, at least 1: those in its affinity mask, or
// fewer if its control group limits processor time (cgroup v2's cpu.max).
int AvailableProcessors();

// The processors in this thread's affinity mask, ascending; empty if it cannot be read.
std::vector<int> AffinityProcessors();

// Keeps this thread, and the threads and processes that it starts meanwhile, on one processor
// until it is destroyed. Does nothing if the system refuses.
class ProcessorPin {
 public:
  explicit ProcessorPin(int processor);
  ~ProcessorPin();
  ProcessorPin(const ProcessorPin&) = delete;
  ProcessorPin& operator=(const ProcessorPin&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace arcadeq
