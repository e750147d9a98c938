#include "sweep/sweep_runner.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <optional>
#include <ratio>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/directory_lock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/processors.h"
#include "sweep/job.h"
#include "sweep/run_result.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// How often the processes are checked.
constexpr std::chrono::milliseconds kPollPeriod{50};

// One processor for each of `jobs`; empty if a run has several threads or there are too few
// processors.
std::vector<int> ProcessorsFor(const std::vector<SweepRun>& runs, std::int64_t jobs) {
  const bool single =
      std::ranges::all_of(runs, [](const SweepRun& run) { return run.config.train.threads == 1; });
  std::vector<int> processors = AffinityProcessors();
  if (!single || jobs > std::min<std::int64_t>(AvailableProcessors(), std::ssize(processors))) {
    return {};
  }
  processors.resize(static_cast<std::size_t>(jobs));
  return processors;
}

class Runner {
 public:
  Runner(const SweepPlan& plan, const std::vector<SweepRun>& runs, const SweepListener& listener)
      : listener_(listener),
        total_(runs.size()),
        processors_(ProcessorsFor(runs, plan.jobs)),
        slots_(static_cast<std::size_t>(plan.jobs)) {
    for (const SweepRun& run : runs) {
      if (HasCurrentResult(plan, run)) {
        ++outcome_.complete;
      } else {
        waiting_.push_back(&run);
      }
    }
    if (plan.minutes > 0) {
      end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                std::chrono::duration<double, std::ratio<60>>(plan.minutes));
    }
  }

  SweepOutcome Run(const std::atomic<bool>& stop) {
    listener_.say(
        fmt::format("{} runs, {} at once; {} complete", total_, slots_.size(), outcome_.complete));
    while (true) {
      if (stop || Clock::now() >= end_) {
        StopAll();
      } else {
        FillSlots();
      }
      if (!AnyAtWork()) return outcome_;
      std::this_thread::sleep_for(kPollPeriod);
      PollAll();
    }
  }

 private:
  // A run with a damaged result is evaluated again.
  bool HasCurrentResult(const SweepPlan& plan, const SweepRun& run) const {
    try {
      const auto result = ReadResult(run.result);
      return result && IsCurrent(*result, plan, run);
    } catch (const UserError& error) {
      listener_.say(error.what());
      return false;
    }
  }

  struct Slot {
    std::optional<Job> job;
    std::string said;
  };

  void FillSlots() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      // A job that fails at once frees its slot for the next.
      while (!slots_[i].job && next_ < waiting_.size()) {
        const auto processor =
            processors_.empty() ? std::optional<int>() : std::optional(processors_[i]);
        slots_[i].job.emplace(*waiting_[next_++], processor);
        Report(slots_[i]);
      }
    }
  }

  void StopAll() {
    next_ = waiting_.size();
    for (Slot& slot : slots_) {
      if (slot.job) slot.job->Stop();
      Report(slot);
    }
  }

  void PollAll() {
    for (Slot& slot : slots_) {
      if (slot.job) slot.job->Poll();
      Report(slot);
    }
  }

  bool AnyAtWork() const {
    return std::ranges::any_of(slots_, [](const Slot& slot) { return slot.job.has_value(); });
  }

  // Reports a new message of the job, if there is one, and frees the slot once the job has ended.
  void Report(Slot& slot) {
    if (!slot.job) return;
    const Job& job = *slot.job;
    const bool ended = job.state() != Job::State::kAtWork;
    if (ended || job.message() != slot.said) Say(job);
    slot.said = job.message();
    if (!ended) return;
    const bool complete = job.state() == Job::State::kComplete;
    slot.job.reset();
    slot.said.clear();
    if (complete) listener_.run_completed();
  }

  void Say(const Job& job) {
    std::string progress;
    std::string failed;
    if (job.state() == Job::State::kComplete) {
      progress = fmt::format(" ({} of {})", ++outcome_.complete, total_);
    } else if (job.state() == Job::State::kFailed) {
      ++outcome_.failed;
      failed = "failed: ";
    }
    listener_.say(fmt::format("{}: {}{}{}", job.run().name, failed, job.message(), progress));
  }

  const SweepListener& listener_;
  const std::size_t total_;
  std::vector<int> processors_;  // one per slot; may be empty
  std::vector<const SweepRun*> waiting_;
  std::size_t next_ = 0;  // index of the next one
  std::vector<Slot> slots_;
  Clock::time_point end_ = Clock::time_point::max();
  SweepOutcome outcome_;
};

}  // namespace

SweepOutcome RunSweep(const SweepPlan& plan, const std::vector<SweepRun>& runs,
                      const SweepListener& listener, const std::atomic<bool>& stop) {
  const std::filesystem::path out = plan.out;
  std::error_code unknown;  // MakeDirectories() reports it
  const bool begun = std::filesystem::exists(out, unknown);
  // A sweep that is refused at its beginning leaves nothing behind.
  if (!begun) CheckCanBegin(plan, runs);
  MakeDirectories(out);
  const DirectoryLock lock(out);
  if (!lock.warning().empty()) listener.say(lock.warning());
  CheckUnchanged(plan, runs);
  if (begun) CheckCanBegin(plan, runs);
  for (const std::filesystem::path& folder : {out, out / "logs", out / "results"}) {
    MakeDirectories(folder);
    RemoveTemporaryFiles(folder);
  }
  return Runner(plan, runs, listener).Run(stop);
}

}  // namespace arcadeq
