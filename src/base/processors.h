#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <sched.h>

namespace arcadeq {

// What limits the processors that this process may use.
struct ProcessorLimits {
  int machine = 1;              // processors that are online
  std::optional<int> affinity;  // in the affinity mask; none if it cannot be read
  // How many processors' time the tightest of its control groups (v1 and v2) allows, such as 1.5.
  std::optional<double> quota;

  // At least 1.
  int Available() const;
};
ProcessorLimits ReadProcessorLimits();

// The number of processors that this process may use, at least 1.
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

namespace internal {

// ProcessorLimits::quota, for a system whose /proc and /sys lie under `root`.
std::optional<double> ProcessorQuota(const std::filesystem::path& root);

}  // namespace internal

}  // namespace arcadeq
