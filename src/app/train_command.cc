#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/help.h"
#include "app/number_option.h"
#include "app/settings_options.h"
#include "app/stop_signals.h"
#include "app/web_options.h"
#include "base/error.h"
#include "config/config.h"
#include "record/console/typed_lines.h"
#include "record/sinks.h"
#include "record/spectator.h"
#include "train/pace.h"
#include "train/run_control.h"
#include "train/run_directory.h"
#include "train/training_run.h"
#include "watch/run_server.h"
#include "watch/sockets.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

struct TrainOptions {
  SettingsOptions settings;
  std::string out;
  std::optional<std::string> resume;
  double minutes = 0;
  std::string profile;
  bool render = false;
  bool overlay = false;
  bool watch = false;
  WebOptions web;
};

// Limits the run to the number of steps that fit in the given time, and returns what to say about
// it. Steps become its only limit, so the run is reproducible bit for bit.
std::string EndAfter(double minutes, Config& config) {
  config.train.steps = StepsThatFit(config, minutes);
  config.train.frames = config.train.episodes = 0;
  return fmt::format("{:.0f} steps/s: {} minutes are {} steps (--steps {} repeats the run)",
                     static_cast<double>(config.train.steps) / (60 * minutes), minutes,
                     config.train.steps, config.train.steps);
}

TrainingRun MakeRun(const TrainOptions& options) {
  if (!options.resume) {
    if (options.minutes > 0 && options.settings.SetsLimit()) {
      ThrowUserError(
          "--minutes cannot be combined with another limit: --steps, --frames, --episodes or their "
          "settings");
    }
    Config config = options.settings.Apply();
    if (!options.out.empty()) RunDirectory::CheckUnused(options.out);  // before any time is taken
    std::string pace;
    if (options.minutes > 0) pace = EndAfter(options.minutes, config);
    TrainingRun run =
        TrainingRun::Begin(config, options.out, options.settings.preset(), options.profile);
    if (!pace.empty()) run.Announce({pace});
    return run;
  }
  if (!options.out.empty()) {
    ThrowUserError("--out cannot be used with --resume: a run keeps its directory");
  }
  if (options.minutes > 0) {
    ThrowUserError("--minutes cannot be used with --resume; use --steps");
  }
  return TrainingRun::Resume(
      *options.resume,
      [&options](const Config& before) { return options.settings.ApplyTo(before); },
      options.profile);
}

int Train(const TrainOptions& options) {
  Spectator window_spectator;
  // Before the run begins, which a port in use then does not leave behind.
  std::optional<WebListener> web;
  if (options.watch) web.emplace(options.web.Listen());
  TrainingRun run = MakeRun(options);
  RunControl control;
  RunServer server(run.path(), control, std::move(web));
  std::atomic<int> typed_lines{0};
  // After all that they use, as an error from here on destroys them before it.
  auto sinks = run.MakeFileSinks();
  sinks.push_back(
      MakeConsoleSink(stdout, isatty(STDOUT_FILENO) != 0, run.sink_states(), &typed_lines));
  run.trainer().Obey(control);
  run.trainer().ShowTo(server.spectator());
  sinks.push_back(server.MakeSink(run.sink_states()));
  if (!server.problem().empty())
    run.Announce({server.problem() + "; `watch` cannot show it", true});
  if (!server.url().empty()) run.Announce({"watch the run at " + server.url()});
  if (options.render) {
    const std::string title = fmt::format("arcadeq: {}", run.config().env.game);
    sinks.push_back(MakeWindowSink(MakeWindowCommand(title), window_spectator));
    window_spectator.wants_moments = options.overlay;
    run.trainer().ShowTo(window_spectator);
  }
  std::optional<TypedLines> words;
  if (isatty(STDIN_FILENO) != 0) {
    words.emplace(STDIN_FILENO, [&control, &typed_lines](const std::string& line) {
      ++typed_lines;
      if (!line.empty()) control.Request(ParseRunCommand(line).value_or(RunCommand::kHelp));
    });
  }
  // Before there is anything to save, signals must end the program at once: it may be waiting for a
  // pipe.
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
  AddExamples(
      *command,
      {{"arcadeq train", "Space Invaders, for about an hour on 2 cores"},
       {"arcadeq train --game breakout --minutes 10", "what fits in ten minutes"},
       {"arcadeq train --preset tutorial --seed 2 --out runs/mine", "the tutorial's system"},
       {"arcadeq train --set replay.n_step=3 --steps 1000000", "with a setting of your own"},
       {"arcadeq train --watch", "shows the run in the browser"},
       {"arcadeq train --resume runs/mine", "continues bit for bit"}},
      "`arcadeq presets NAME` prints every setting with its help and range, in the format of "
      "--config; docs/settings.md lists them.");
  options->settings.AddTo(*command);
  command->add_option("--out", options->out, "Run directory (default: a new one in runs/)")
      ->type_name("DIR");
  command
      ->add_option("--resume", options->resume,
                   "Resume a run from its newest good checkpoint; --steps, --frames and --episodes "
                   "set a new limit")
      ->type_name("RUN")
      ->check(CLI::Validator(CLI::ExistingDirectory).description(""));
  AddNumberOption(
      *command, "--minutes", &options->minutes, 0.1, 100'000.0,
      "Stop after the number of steps that fit in this time, estimated in a few seconds; periodic "
      "evaluations take additional time");
  command
      ->add_option("--profile", options->profile,
                   "Write a profile of where the time goes, for chrome://tracing or Perfetto")
      ->type_name("FILE");
  CLI::Option* render =
      command->add_flag("--render", options->render,
                        "Show the game in a window during training; space stops and continues "
                        "the drawing, o shows what the agent thinks");
  command->add_flag("--overlay", options->overlay, "Show what the agent thinks, from the start")
      ->needs(render);
  CLI::Option* watch = options->web.AddWatchTo(*command, &options->watch);
  options->web.AddBindTo(*command)->needs(watch);
  command->callback([options, &chosen] { chosen = [options] { return Train(*options); }; });
}

}  // namespace arcadeq
