#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "base/json.h"
#include "compare/compared_agent.h"
#include "compare/comparison.h"

namespace arcadeq {
namespace {

struct CompareOptions {
  std::vector<std::string> agents;
  bool json = false;
};

int RunComparison(const CompareOptions& options) {
  std::vector<ComparedAgent> agents;
  for (const std::string& argument : options.agents) {
    std::vector<ComparedAgent> loaded = LoadComparedAgents(argument);
    std::ranges::move(loaded, std::back_inserter(agents));
  }
  const Comparison comparison = Compare(agents);
  PrintText(options.json ? JsonText(ToJson(comparison), 2) + "\n" : ComparisonText(comparison));
  for (const std::string& warning : comparison.warnings) PrintError("warning: " + warning);
  return 0;
}

}  // namespace

void AddCompareCommand(CLI::App& app, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("compare", "Tell which of several agents is better, and how sure that is");
  auto options = std::make_shared<CompareOptions>();
  AddExamples(*command,
              {{"arcadeq compare runs/lambda/base runs/lambda/short", "two variants of a sweep"},
               {"arcadeq compare before.json after.json", "results of `evaluate --json`"},
               {"arcadeq compare runs/lambda --json", "everything in numbers, each run's scores"}},
              "docs/evaluation.md explains the figures.");
  command
      ->add_option("agents", options->agents,
                   "Runs, sweeps, their variants (SWEEP/VARIANT), directories of runs, or files of "
                   "`evaluate --json`")
      ->required()
      ->type_name("AGENT");
  command->add_flag("--json", options->json, "Print JSON, including every score");
  command->callback([options, &chosen] { chosen = [options] { return RunComparison(*options); }; });
}

}  // namespace arcadeq
