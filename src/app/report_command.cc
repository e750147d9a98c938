#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/print.h"
#include "base/file.h"
#include "base/quantity_text.h"
#include "report/agents.h"
#include "report/page.h"
#include "report/run_contents.h"

namespace arcadeq {
namespace {

struct ReportOptions {
  std::vector<std::string> runs;
  std::string out;
  std::int64_t video_megabytes = 16;
};

int Report(const ReportOptions& options) {
  const ReportedRuns runs = GroupRuns(ReadArguments(options.runs));
  const std::string page = MakePage(
      runs, {.video_bytes = 1'000'000 * static_cast<std::uint64_t>(options.video_megabytes),
             .program_version = ARCADEQ_VERSION});
  WriteFileAtomically(options.out, page);
  for (const RunContents& run : runs.runs) {
    for (const std::string& note : run.notes) PrintError("warning: " + note);
  }
  Print("{}: {}, {:.1f} MB\n", options.out, FormatCount(std::ssize(runs.runs), "run"),
        static_cast<double>(page.size()) / 1e6);
  return 0;
}

}  // namespace

void AddReportCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "report", "Make a page about one or several runs: one HTML file that works offline");
  auto options = std::make_shared<ReportOptions>();
  AddExamples(*command,
              {{"arcadeq report runs/NAME --out report.html", "one run"},
               {"arcadeq report runs/lambda --out report.html", "a sweep: every variant and seed"}},
              "Shows evaluations saved as RUN/NAME.json (`evaluate --json`) and the profile "
              "RUN/profile.json (`train --profile`). docs/report.md explains the page.");
  command->add_option("runs", options->runs, "Runs, sweeps, or their variants (SWEEP/VARIANT)")
      ->required()
      ->type_name("RUN");
  command->add_option("--out", options->out, "HTML file to write")->required()->type_name("FILE");
  AddNumberOption(*command, "--videos", &options->video_megabytes, 0, 1000,
                  "Limit of the embedded videos in megabytes (default 16)");
  command->callback([options, &chosen] { chosen = [options] { return Report(*options); }; });
}

}  // namespace arcadeq
