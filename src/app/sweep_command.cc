#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <signal.h>

#include "app/commands.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/print.h"
#include "app/stop_signals.h"
#include "base/error.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_report.h"
#include "sweep/sweep_run.h"
#include "sweep/sweep_runner.h"

namespace arcadeq {
namespace {

struct SweepOptions {
  std::string file;
  std::int64_t jobs = 0;  // 0: as in the file
  double minutes = 0;     // 0: as in the file
  bool show = false;
};

// The exit code of a sweep with a failed run.
constexpr int kRunFailedCode = 1;

void Report(const SweepPlan& plan, const std::vector<SweepRun>& runs, bool print) {
  std::vector<std::string> messages;
  const std::vector<ReportedRun> reported = ReadRuns(runs, messages);
  if (print) {
    for (const std::string& message : messages) PrintError(message);
    Print("\n{}\n{}/results.csv, {}/curves.svg\n", ResultsTable(plan, reported), plan.out,
          plan.out);
  }
  WriteReports(plan, reported);
}

// The sweep continues even if its output cannot be written.
void Say(const std::string& line) {
  try {
    Print("{}\n", line);
    FlushOutput();
  } catch (const UserError&) {
    // Ignored: printing the table at the end reports it.
  }
}

int Sweep(const SweepOptions& options) {
  SweepPlan plan = LoadSweepPlan(options.file);
  if (options.jobs > 0) plan.jobs = options.jobs;
  if (options.minutes > 0) plan.minutes = options.minutes;
  const std::vector<SweepRun> runs = RunsOf(plan);
  if (options.show) {
    std::error_code error;
    if (!std::filesystem::exists(plan.out, error) && !error) {
      ThrowUserError("{} does not exist: no sweep of {} has begun", plan.out, options.file);
    }
    Report(plan, runs, true);
    return 0;
  }
  SweepListener listener;
  listener.say = Say;
  listener.run_completed = [&] {
    try {
      Report(plan, runs, false);
    } catch (const UserError& error) {
      PrintError(error.what());  // the runs matter more, and a later report may succeed
    }
  };
  std::signal(SIGPIPE, SIG_IGN);  // a pipe that nobody reads is output that cannot be written
  std::signal(SIGCHLD, SIG_DFL);  // else, if the caller ignores it, the exit codes of runs are lost
  const StopSignals stop_signals;
  const SweepOutcome outcome = RunSweep(plan, runs, listener, stop_requested);
  Report(plan, runs, true);
  if (const std::size_t left = runs.size() - outcome.complete - outcome.failed; left > 0) {
    Print("{} of {} runs are left; the same command continues them\n", left, runs.size());
  }
  if (stop_requested) return 128 + stop_signal;
  return outcome.failed > 0 ? kRunFailedCode : 0;
}

}  // namespace

void AddSweepCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "sweep", "Train and evaluate variants of settings with several seeds each, and compare them");
  auto options = std::make_shared<SweepOptions>();
  AddExamples(*command,
              {{"arcadeq sweep plan.toml", "starts or continues the sweep"},
               {"arcadeq sweep plan.toml --minutes 60", "for an hour"},
               {"arcadeq sweep plan.toml --show", "the results so far"}},
              "The same command continues a sweep, however it ended. docs/experiments.md explains "
              "the file.");
  command->add_option("file", options->file, "TOML file: preset, seeds, variants, ...")
      ->required()
      ->type_name("FILE");
  AddNumberOption(*command, "--jobs", &options->jobs, 1, SweepPlan::kMostJobs,
                  "Concurrent runs (default: as in the file)");
  AddNumberOption(*command, "--minutes", &options->minutes, 0.01, 1e6,
                  "Stop the runs after this time (default: as in the file)");
  command->add_flag("--show", options->show,
                    "Only print the table and draw the curves of the runs so far");
  command->callback([options, &chosen] { chosen = [options] { return Sweep(*options); }; });
}

}  // namespace arcadeq
