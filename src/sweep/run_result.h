#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stats/score_summary.h"
#include "sweep/sweep_run.h"
#include "train/trainer.h"

namespace arcadeq {

// The result of a complete run, stored as results/NAME.json.
struct RunResult {
  RunCounters counters;
  std::int64_t games = 0;
  std::int64_t evaluation_seed = 0;
  double epsilon = 0;
  std::string weights;  // name of the file
  std::vector<double> scores;

  ScoreSummary Summary() const { return Summarize(scores); }
};

// Parses `evaluation`, the output of `evaluate --json`. Throws UserError if that is invalid.
RunResult MakeResult(const RunCounters& counters, const std::string& evaluation);

// Throws UserError.
void WriteResult(const SweepRun& run, const RunResult& result);

// Empty if there is no valid result: a run can always be evaluated again.
std::optional<RunResult> ReadResult(const SweepRun& run);

// Whether the result is of the planned evaluation and of the run's newest checkpoint.
bool IsCurrent(const RunResult& result, const SweepPlan& plan, const SweepRun& run);

}  // namespace arcadeq
