#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/episode_table.h"
#include "sweep/run_result.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_run.h"

namespace arcadeq {

// A run, complete or not, as the reports show it.
struct ReportedRun {
  SweepRun run;
  std::vector<EpisodeRow> episodes;
  std::optional<RunResult> result;  // if complete
};

// A run with an unreadable file is reported without what the file holds, so that the others can
// still be compared; `messages` receives one line for each.
std::vector<ReportedRun> ReadRuns(const std::vector<SweepRun>& runs,
                                  std::vector<std::string>& messages);

// A row per run that has ended an episode or is complete: its progress, and its evaluation if it is
// complete.
std::string ResultsCsv(const std::vector<ReportedRun>& runs);

// For a terminal: a row per variant with the mean score, its interval and the score of each seed.
std::string ResultsTable(const SweepPlan& plan, const std::vector<ReportedRun>& runs);

// The learning curves against frames and against minutes, as SVG. The mean of a variant covers its
// complete runs, or all runs while none is complete.
std::string CurvesSvg(const SweepPlan& plan, const std::vector<ReportedRun>& runs);

// Writes results.csv and curves.svg. Throws UserError.
void WriteReports(const SweepPlan& plan, const std::vector<ReportedRun>& runs);

}  // namespace arcadeq
