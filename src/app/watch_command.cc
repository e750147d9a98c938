#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "app/commands.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/print.h"
#include "app/stop_signals.h"
#include "app/web_options.h"
#include "base/error.h"
#include "report/run_contents.h"
#include "watch/run_relay.h"

namespace arcadeq {
namespace {

constexpr std::chrono::milliseconds kStopPeriod{100};

struct WatchOptions {
  std::string run;
  WebOptions web;
};

int Watch(const WatchOptions& options) {
  if (!LooksLikeARun(options.run)) ThrowUserError("{} is not a run", options.run);
  const StopSignals stop_signals;
  const RunRelay relay(options.run, options.web.Listen(), ARCADEQ_VERSION);
  Print("{} (Ctrl-C ends watching, not the run)\n", relay.Url());
  FlushOutput();
  while (!stop_requested) std::this_thread::sleep_for(kStopPeriod);
  return 0;
}

}  // namespace

void AddWatchCommand(CLI::App& app, Command& chosen) {
  CLI::App* command =
      app.add_subcommand("watch", "Show a run in the browser: live, or its report if it has ended");
  auto options = std::make_shared<WatchOptions>();
  AddExamples(
      *command,
      {{"arcadeq watch runs/NAME", "prints the address to open"},
       {"arcadeq watch runs/NAME --port 8080", "for a port that is forwarded (ssh -L)"}},
      "The address has a secret token: whoever knows it can pause the run. docs/watching.md "
      "describes the page.");
  command->add_option("run", options->run, "Run directory")->required()->type_name("RUN");
  AddNumberOption(*command, "--port", &options->web.port, 0, 65535,
                  "Port to serve the page at (default: any free one)");
  options->web.AddBindTo(*command);
  command->callback([options, &chosen] { chosen = [options] { return Watch(*options); }; });
}

}  // namespace arcadeq
