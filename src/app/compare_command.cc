#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/help.h"
#include "app/print.h"
#include "compare/compared_agent.h"
#include "compare/comparison.h"

namespace arcadeq {
namespace {

int RunComparison(const std::vector<std::string>& arguments) {
  std::vector<ComparedAgent> agents;
  for (const std::string& argument : arguments) {
    std::vector<ComparedAgent> loaded = LoadComparedAgents(argument);
    std::ranges::move(loaded, std::back_inserter(agents));
  }
  const Comparison comparison = Compare(agents);
  PrintText(ComparisonText(comparison));
  for (const std::string& warning : comparison.warnings) PrintError("warning: " + warning);
  return 0;
}

}  // namespace

void AddCompareCommand(CLI::App& app, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("compare", "Tell which of several agents is better, and how sure that is");
  auto agents = std::make_shared<std::vector<std::string>>();
  AddExamples(*command,
              {{"arcadeq compare runs/lambda/base runs/lambda/short", "two variants of a sweep"},
               {"arcadeq compare before.json after.json", "results of `evaluate --json`"}},
              "docs/evaluation.md explains the figures.");
  command
      ->add_option("agents", *agents,
                   "Runs, sweeps, their variants (SWEEP/VARIANT), directories of runs, or files of "
                   "`evaluate --json`")
      ->required()
      ->type_name("AGENT");
  command->callback([agents, &chosen] { chosen = [agents] { return RunComparison(*agents); }; });
}

}  // namespace arcadeq
