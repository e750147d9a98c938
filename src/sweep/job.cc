#include "sweep/job.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/directory_lock.h"
#include "base/error.h"
#include "base/quantity_text.h"
#include "sweep/run_process.h"
#include "sweep/run_result.h"
#include "sweep/sweep_run.h"

namespace arcadeq {
namespace {

// How long a run may stay in use: a process of a killed sweep may still be saving it.
constexpr std::chrono::minutes kPatience{1};

}  // namespace

Job::Job(const SweepRun& run, std::optional<int> processor)
    : run_(run), processor_(processor), give_up_at_(Clock::now() + kPatience) {
  Advance();
}

void Job::Poll() {
  if (state_ != State::kAtWork) return;
  if (!process_) {
    Advance();
  } else if (process_->WaitFor({})) {
    evaluating_ ? EndEvaluation(*process_) : EndTraining(*process_);
  }
}

void Job::Stop() {
  if (stopping_ || state_ != State::kAtWork) return;
  stopping_ = true;
  if (process_) {
    process_->Stop();
  } else {
    End(State::kStopped, "not started");
  }
}

void Job::Advance() {
  try {
    progress_ = InspectRun(run_);
    progress_.complete ? StartEvaluation() : StartTraining();
  } catch (const DirectoryInUse& error) {
    message_ = fmt::format("waiting: {}", error.what());
    if (Clock::now() >= give_up_at_) End(State::kFailed, error.what());
  } catch (const UserError& error) {
    End(State::kFailed, error.what());
  }
}

void Job::StartTraining() {
  if (!progress_.begun) RemoveUnbegun(run_);
  process_.emplace(progress_.begun ? run_.resume_arguments : run_.train_arguments, run_.log,
                   /*capture=*/false, processor_);
  message_ = progress_.begun
                 ? fmt::format("resumed at step {}", FormatCount(progress_.counters.steps))
                 : "started";
}

void Job::StartEvaluation() {
  evaluating_ = true;
  if (!process_) message_ = "trained; evaluation started";
  process_.emplace(run_.evaluate_arguments, run_.log, /*capture=*/true, processor_);
}

// The files decide, not how the process ended.
void Job::EndTraining(const RunProcess& process) {
  try {
    progress_ = InspectRun(run_);
    if (stopping_) {
      End(State::kStopped,
          fmt::format("stopped at step {}", FormatCount(progress_.counters.steps)));
    } else if (progress_.complete) {
      StartEvaluation();
    } else {
      const std::string failure = process.Failure();
      End(State::kFailed, failure.empty() ? "exited before its end" : failure);
    }
  } catch (const UserError& error) {
    End(State::kFailed, error.what());
  }
}

void Job::EndEvaluation(const RunProcess& process) {
  if (stopping_) return End(State::kStopped, "stopped before its evaluation");
  const std::string failure = process.Failure();
  if (!failure.empty()) return End(State::kFailed, failure);
  try {
    Complete(MakeResult(progress_.counters, process.Output()));
  } catch (const UserError& error) {
    End(State::kFailed, error.what());
  }
}

void Job::Complete(const RunResult& result) {
  WriteResult(run_, result);
  End(State::kComplete,
      fmt::format("{} steps in {}, mean score of {} games {:.1f}",
                  FormatCount(result.counters.steps), FormatDuration(result.counters.seconds),
                  result.games(), result.Summary().mean));
}

void Job::End(State state, std::string message) {
  state_ = state;
  message_ = std::move(message);
  process_.reset();
}

}  // namespace arcadeq
