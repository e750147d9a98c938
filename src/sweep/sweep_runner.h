#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"

namespace arcadeq {

// Receives the progress of a sweep.
struct SweepListener {
  std::function<void(const std::string& line)> say;
  std::function<void()> run_completed;
};

// How many runs are trained and evaluated, including those that were before, and how many failed.
struct SweepOutcome {
  std::size_t complete = 0;
  std::size_t failed = 0;
};

// Starts, resumes and evaluates the runs that are not complete, several at once, each in a process
// of its own that ends with this one. Returns when no run is left. If `stop` becomes true or the
// plan's minutes are over, it asks the processes to save their state and exit, and waits for them.
// Killing this process or any of its children loses only the time since a run's last checkpoint.
//
// Throws UserError, before starting anything, if another process works in the sweep's directory, if
// that cannot be written, if a run began with other settings, or if one could not begin. Only the
// main thread may call it.
SweepOutcome RunSweep(const SweepPlan& plan, const std::vector<SweepRun>& runs,
                      const SweepListener& listener, const std::atomic<bool>& stop);

}  // namespace arcadeq
