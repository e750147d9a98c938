#pragma once

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>

#include "evaluate/evaluation_record.h"
#include "stats/score_summary.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"
#include "train/run_counters.h"

namespace arcadeq {

// The result of a complete run, stored as results/NAME.json.
struct RunResult {
  RunCounters counters;
  EvaluationRecord evaluation;  // the weights: the name of the file alone

  std::int64_t games() const { return std::ssize(evaluation.scores); }
  ScoreSummary Summary() const { return Summarize(evaluation.scores); }
};

// Parses `evaluation`, the output of `evaluate --json`. Throws UserError if that is invalid.
RunResult MakeResult(const RunCounters& counters, const std::string& evaluation);

// Throws UserError.
void WriteResult(const SweepRun& run, const RunResult& result);

// Empty if there is no result. Throws UserError if the file cannot be read or is damaged.
std::optional<RunResult> ReadResult(const std::filesystem::path& file);

// Whether the result is of the planned evaluation and of the run's newest checkpoint, or without
// checkpoints of weights that it has.
bool IsCurrent(const RunResult& result, const SweepPlan& plan, const SweepRun& run);

}  // namespace arcadeq
