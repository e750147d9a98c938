#include <cstdio>
#include <exception>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/commands.h"
#include "base/error.h"

namespace {

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
