#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/number_option.h"
#include "app/settings_options.h"
#include "base/error.h"
#include "record/sinks.h"
#include "train/pace.h"
#include "train/training_run.h"

namespace arcadeq {
namespace {

std::atomic<bool> stop_requested{false};
std::atomic<int> stop_signal{0};

// The first signal ends the run after the window at hand; a second one ends the program at once.
// Not so where the limit on processor time is passed: the system says so again every second.
void RequestStop(int signal) {
  stop_signal.store(signal);
  stop_requested.store(true);
  std::signal(signal, signal == SIGXCPU ? SIG_IGN : SIG_DFL);
}

using SignalHandler = void (*)(int);

SignalHandler HandlerOf(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

// While one lives, the signals of kStopSignals end the run. They must end the program at once, as
// they do by default, while there is nothing to save: it may be waiting for a pipe.
class StopSignals {
 public:
  StopSignals() {
    // One that the caller ignores stays so: nohup does, and a script's shell for a background job.
    for (int signal : kStopSignals) {
      if (HandlerOf(signal) != SIG_IGN) std::signal(signal, RequestStop);
    }
  }
  ~StopSignals() {
    for (int signal : kStopSignals) {
      if (HandlerOf(signal) == RequestStop) std::signal(signal, SIG_DFL);
    }
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  static constexpr std::array kStopSignals = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
};

struct TrainOptions {
  SettingsOptions settings;
  std::string out;
  std::optional<std::string> resume;
  double minutes = 0;
  std::string profile;
  bool render = false;
};

// Gives the run as many steps as fit, which from then on are its only end: it repeats bit for bit.
void EndAfter(double minutes, Config& config) {
  config.train.steps = StepsThatFit(config, minutes);
  config.train.frames = config.train.episodes = 0;
  fmt::print("{:.0f} steps/s: {} minutes are {} steps (--steps {} repeats the run)\n",
             static_cast<double>(config.train.steps) / (60 * minutes), minutes, config.train.steps,
             config.train.steps);
}

TrainingRun MakeRun(const TrainOptions& options) {
  if (!options.resume) {
    Config config = options.settings.Apply();
    if (options.minutes > 0) EndAfter(options.minutes, config);
    return TrainingRun::Begin(config, options.out, options.settings.preset(), options.profile);
  }
  if (!options.out.empty()) ThrowUserError("--out has no place beside --resume");
  if (options.minutes > 0) ThrowUserError("--minutes has no place beside --resume; see --steps");
  return TrainingRun::Resume(
      *options.resume,
      [&options](const Config& before) { return options.settings.ApplyTo(before); },
      options.profile);
}

int Train(const TrainOptions& options) {
  TrainingRun run = MakeRun(options);
  auto sinks = run.MakeFileSinks();
  sinks.push_back(MakeConsoleSink(stdout, isatty(STDOUT_FILENO) != 0, run.sink_states()));
  std::atomic<bool> window_watched{false};
  if (options.render) {
    const std::string title = fmt::format("arcadeq: {}", run.config().env.game);
    sinks.push_back(MakeWindowSink(MakeWindowCommand(title), window_watched));
    run.trainer().ShowEpisodesWhile(window_watched);
  }
  std::optional<StopSignals> stop_signals(std::in_place);
  const bool complete = run.Train(std::move(sinks), stop_requested);
  stop_signals.reset();
  run.FinishProfile();
  return complete ? 0 : 128 + stop_signal;
}

}  // namespace

void AddTrainCommand(CLI::App& app, Command& chosen) {
  CLI::App* command = app.add_subcommand("train", "Train an agent");
  auto options = std::make_shared<TrainOptions>();
  options->settings.AddTo(*command);
  command->add_option("--out", options->out, "Run directory (default: a new one in runs/)")
      ->type_name("DIR");
  command
      ->add_option(
          "--resume", options->resume,
          "Go on with a run from its newest good checkpoint; --steps and the like move its "
          "end")
      ->type_name("RUN")
      ->check(CLI::ExistingDirectory);
  AddNumberOption(*command, "--minutes", &options->minutes, 0.1, 100'000.0,
                  "End after as many steps as fit this time, by a measurement of a few seconds");
  command
      ->add_option("--profile", options->profile,
                   "Write where the time went, for chrome://tracing or Perfetto")
      ->type_name("FILE");
  command->add_flag("--render", options->render, "Show the game in a window while it trains");
  command->callback([options, &chosen] { chosen = [options] { return Train(*options); }; });
}

}  // namespace arcadeq
