#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands.h"
#include "base/error.h"

namespace {

// CLI11 says no more than that a subcommand is missing, even if one was given that it does not know.
std::string NoCommand(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return fmt::format("{}; the commands are {}",
                     argc > 1 ? fmt::format("unknown command '{}'", argv[1]) : "no command given",
                     fmt::join(names, ", "));
}

int Main(int argc, char** argv) {
  using namespace arcadeq;
  CLI::App app("Trains, evaluates and shows deep Q-learning agents.", "arcadeq");
  app.set_version_flag("--version", "arcadeq " ARCADEQ_VERSION);
  app.require_subcommand(1);
  Run run;
  AddTrainCommand(app, run);
  AddEvaluateCommand(app, run);
  AddRecordCommand(app, run);
  AddPresetsCommand(app, run);
  AddSignatureCommand(app, run);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::RequiredError& error) {
    throw UserError(app.get_subcommands().empty() ? NoCommand(app, argc, argv) : error.what());
  } catch (const CLI::ParseError& error) {
    throw UserError(error.what());
  }
  return run();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Main(argc, argv);
  } catch (const arcadeq::UserError& error) {
    fmt::print(stderr, "arcadeq: {}\n", error.what());
    return arcadeq::kUserErrorCode;
  } catch (const std::exception& error) {
    fmt::print(stderr, "arcadeq: internal error, please report it: {}\n", error.what());
    return 1;
  }
}
