#include <map>
#include <string>
#include <vector>

#include "app/bash_completion.h"
#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "base/settings.h"
#include "config/config.h"
#include "config/preset.h"
#include "evaluate/evaluation_protocol.h"

namespace arcadeq {
namespace {

std::vector<std::string> Assignments() {
  Config config;
  const Settings settings = Declare(config);
  std::vector<std::string> assignments;
  for (const Settings::Setting& setting : settings.all()) {
    assignments.push_back(setting.key + "=");
  }
  return assignments;
}

int PrintCompletion(const CLI::App& app) {
  PrintText(BashCompletion(app, {{"PRESET", PresetNames()},
                                 {"PROTOCOL", EvaluationProtocolNames()},
                                 {"KEY=VALUE", Assignments()}}));
  return 0;
}

}  // namespace

void AddCompletionCommand(CLI::App& app, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("completion", "Print a script that completes commands in bash");
  AddExamples(*command,
              {{"source <(arcadeq completion)", "for this shell; or put it in ~/.bashrc"}});
  command->callback([&app, &chosen] { chosen = [&app] { return PrintCompletion(app); }; });
}

}  // namespace arcadeq
