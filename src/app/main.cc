#include <csignal>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/ranges.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/print.h"
#include "base/error.h"
#include "sweep/run_process.h"
#include "window/window_process.h"

using namespace arcadeq;

namespace {

// CLI11 only reports that a subcommand is missing, even if an unknown one was given.
std::string NoCommand(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return fmt::format("{}; the commands are {}",
                     argc > 1 ? fmt::format("unknown command '{}'", argv[1]) : "no command given",
                     fmt::join(names, ", "));
}

// Empty values come from unset shell variables; no option accepts one. For "--option=", CLI11 would
// take the next argument as the value.
void RefuseEmptyArguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.empty()) {
      ThrowUserError("{}: expected a value, got an empty string",
                     i > 1 ? argv[i - 1] : "the command");
    }
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      ThrowUserError("{}: expected a value", argument);
    }
  }
}

int Main(int argc, char** argv) {
  RefuseEmptyArguments(argc, argv);
  CLI::App app("Trains, evaluates and shows deep Q-learning agents.", "arcadeq");
  app.set_version_flag("--version", "arcadeq " ARCADEQ_VERSION);
  app.require_subcommand(1);
  Command chosen;
  AddTrainCommand(app, chosen);
  AddSweepCommand(app, chosen);
  AddEvaluateCommand(app, chosen);
  AddCompareCommand(app, chosen);
  AddPlayCommand(app, chosen);
  AddRecordCommand(app, chosen);
  AddReportCommand(app, chosen);
  AddWatchCommand(app, chosen);
  AddInspectCommand(app, chosen);
  AddPresetsCommand(app, chosen);
  AddDoctorCommand(app, chosen);
  AddTuneCommand(app, chosen);
  AddCompletionCommand(app, chosen);
  AddSignatureCommand(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::RequiredError& error) {
    throw UserError(app.get_subcommands().empty() ? NoCommand(app, argc, argv) : error.what());
  } catch (const CLI::ParseError& error) {
    throw UserError(error.what());
  }
  return chosen();
}

// If the caller has closed a standard stream, a file that is opened later could get its number, and
// printed output would go into that file. Writing to what stands for stdout fails, as it would
// have.
void OpenStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) < 0) {
      open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);  // the lowest free number
    }
  }
}

// glibc reserves 64 MB or more of address space for each thread's own heap and uses hardly any of
// it. Under a limit on the address space (ulimit -v), the run needs that room.
void ShareOneHeapWithinALimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    mallopt(M_ARENA_MAX, 1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (IsWindowCommand(argc, argv)) return RunWindowProcess(argv);
  EndWithSweep();
  OpenStandardStreams();
  std::signal(SIGXFSZ, SIG_IGN);  // exceeding the file size limit is a write error like any other
  ShareOneHeapWithinALimit();
  try {
    const int code = Main(argc, argv);
    FlushOutput();
    return code;
  } catch (const UserError& error) {
    PrintError(error.what());
    return kUserErrorCode;
  } catch (const std::bad_alloc&) {
    PrintError(
        "out of memory; make replay.capacity, agent.rollout_steps, train.batch_size or "
        "network.hidden smaller");
    return kUserErrorCode;
  } catch (const std::exception& error) {
    PrintError(fmt::format("internal error, please report it: {}", error.what()));
    return 1;
  }
}
