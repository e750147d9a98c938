#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sweep/run_process.h"
#include "sweep/run_result.h"
#include "sweep/sweep_run.h"

namespace arcadeq {

// The work left on one run: the rest of its training, then its evaluation.
class Job {
 public:
  enum class State { kAtWork, kComplete, kFailed, kStopped };

  // Starts the work, on `processor` alone if there is one. `run` must outlive the job.
  Job(const SweepRun& run, std::optional<int> processor);

  // Does what is due, without waiting.
  void Poll();
  // Makes the process save its state and exit; Poll() until state() changes.
  void Stop();

  const SweepRun& run() const { return run_; }
  State state() const { return state_; }
  // One line: what it is doing, its result, or why it failed.
  const std::string& message() const { return message_; }

 private:
  using Clock = std::chrono::steady_clock;

  // Starts the next process.
  void Advance();
  void StartTraining();
  void StartEvaluation();
  void EndTraining(const RunProcess& process);
  void EndEvaluation(const RunProcess& process);
  void Complete(const RunResult& result);
  void End(State state, std::string message);

  const SweepRun& run_;
  std::optional<int> processor_;
  State state_ = State::kAtWork;
  std::string message_;
  RunProgress progress_;
  bool evaluating_ = false;
  bool stopping_ = false;
  std::optional<RunProcess> process_;  // empty while another process has the run
  Clock::time_point give_up_at_;
};

}  // namespace arcadeq
