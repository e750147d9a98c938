#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/config.h"
#include "sweep/sweep_plan.h"
#include "train/run_counters.h"

namespace arcadeq {

// One run of a sweep, and its files in the directory of the sweep:
//   NAME/               an ordinary run directory
//   logs/NAME.log       its output
//   results/NAME.json   its progress and evaluation once it is complete
struct SweepRun {
  std::string name;  // "VARIANT-seedN"
  std::string variant;
  std::int64_t seed = 0;
  Config config;
  double epsilon = 0;  // of its evaluation
  std::filesystem::path directory;
  std::filesystem::path log;
  std::filesystem::path result;
  // Arguments of the program, its name included.
  std::vector<std::string> train_arguments;
  std::vector<std::string> resume_arguments;
  std::vector<std::string> evaluate_arguments;
};

// All runs of a sweep. Every variant runs with one seed before any runs with the next, so that a
// sweep that is stopped early has comparable runs.
std::vector<SweepRun> RunsOf(const SweepPlan& plan);

// Throws UserError, naming the key and its place in the sweep's file, if a run began with settings
// other than those in the file.
void CheckUnchanged(const SweepPlan& plan, const std::vector<SweepRun>& runs);

// Throws UserError, naming the sweep's file and the variant, if a run that has not begun could not
// begin: its game is not found, or its network or its memory does not fit.
void CheckCanBegin(const SweepPlan& plan, const std::vector<SweepRun>& runs);

// The progress of a run, according to its files.
struct RunProgress {
  bool begun = false;     // has a checkpoint
  bool complete = false;  // has reached its end and written its last weights
  RunCounters counters;   // of the newest good checkpoint
};

// Throws DirectoryInUse if another process has the run, and UserError if it is damaged.
RunProgress InspectRun(const SweepRun& run);

// Removes what a run left that was killed before its first checkpoint, so that it can begin again.
// Touches nothing else. Throws DirectoryInUse or UserError.
void RemoveUnbegun(const SweepRun& run);

}  // namespace arcadeq
