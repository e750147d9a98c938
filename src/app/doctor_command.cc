#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "base/json.h"
#include "machine/doctor.h"
#include "machine/section.h"

namespace arcadeq {
namespace {

struct DoctorOptions {
  std::string out = "runs";
  bool json = false;
};

int RunDoctor(const DoctorOptions& options) {
  const bool colours = StdoutHasColours();
  std::vector<Section> sections;
  ExamineMachine(options.out, [&](Section section) {
    if (!options.json) {
      Print("{}\n", SectionText(section, colours));
      FlushOutput();
    }
    sections.push_back(std::move(section));
  });
  if (options.json) {
    Print("{}\n", JsonText(ToJson(sections), 2));
  } else {
    PrintText(VerdictText(sections));
  }
  return WorstMark(sections) == Mark::kError ? kUserErrorCode : 0;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand(
      "doctor", "Examine this machine: what is slow or missing, and how fast it trains");
  auto options = std::make_shared<DoctorOptions>();
  AddExamples(*command,
              {{"arcadeq doctor", "for runs in runs/"},
               {"arcadeq doctor --out /scratch/runs", "for runs elsewhere"},
               {"arcadeq doctor --json", "everything in numbers, each ROM with its MD5"}},
              "The exit code is 2 if something makes training impossible, and otherwise 0. Bug "
              "reports need the output.");
  command->add_option("--out", options->out, "Directory for runs (default: runs)")
      ->type_name("DIR");
  command->add_flag("--json", options->json, "Print everything as JSON");
  command->callback([options, &chosen] { chosen = [options] { return RunDoctor(*options); }; });
}

}  // namespace arcadeq
