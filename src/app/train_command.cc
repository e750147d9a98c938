#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/settings_options.h"
#include "base/profile.h"
#include "record/recorder.h"
#include "record/sinks.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

std::atomic<bool> stop_requested{false};
std::atomic<int> stop_signal{0};

// The first signal ends the run after the step at hand; a second one ends the program at once.
void RequestStop(int signal) {
  stop_signal.store(signal);
  stop_requested.store(true);
  std::signal(signal, SIG_DFL);
}

void HandleSignals() {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, RequestStop);
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond the limit is then a write error like any other
}

struct TrainOptions {
  SettingsOptions settings;
  std::string out;
  std::string profile;
  bool render = false;
};

std::vector<std::unique_ptr<Sink>> MakeSinks(const RunDirectory& run, const Config& config,
                                             bool render, std::string& problem) {
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(MakeCsvSink(run.episodes_csv()));
  sinks.push_back(MakeTensorBoardSink(run.path()));
  sinks.push_back(MakeGifSink(run.videos(), static_cast<int>(config.record.gif_height),
                              static_cast<int>(config.record.gif_width)));
  sinks.push_back(MakeConsoleSink(stdout, isatty(STDOUT_FILENO) != 0));
  if (render) {
    auto window = MakeWindowSink(fmt::format("arcadeq: {}", config.env.game), problem);
    if (window != nullptr) sinks.push_back(std::move(window));
  }
  return sinks;
}

int Train(const TrainOptions& options) {
  HandleSignals();
  Config config = options.settings.Apply();
  const std::filesystem::path path =
      options.out.empty() ? RunDirectory::DefaultPath(config, options.settings.preset())
                          : std::filesystem::path(options.out);
  RunDirectory::CheckUnused(path);
  Trainer trainer(config);
  if (stop_requested) return 128 + stop_signal;  // nothing has been done yet
  const RunDirectory run = RunDirectory::Create(path, Declare(config));

  std::string problem;
  Recorder recorder(MakeSinks(run, config, options.render, problem));
  if (options.render && problem.empty()) trainer.ShowAllEpisodes();
  if (!problem.empty()) recorder.Emit(Note{problem, true});
  recorder.Emit(Note{fmt::format("run directory: {}", path.string())});

  bool interrupted = false;
  const auto emit = [&](Event event) {
    if (const auto* ended = std::get_if<RunEnded>(&event)) interrupted = ended->interrupted;
    recorder.Emit(std::move(event));
  };
  if (!options.profile.empty()) Profile::Start();
  trainer.Run(&run, emit, stop_requested);
  recorder.Close();
  if (!options.profile.empty()) Profile::WriteAndStop(options.profile);
  return interrupted ? 128 + stop_signal : 0;
}

}  // namespace

void AddTrainCommand(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("train", "Train an agent");
  auto options = std::make_shared<TrainOptions>();
  options->settings.AddTo(*command);
  command->add_option("--out", options->out, "Run directory (default: a new one in runs/)")
      ->type_name("DIR");
  command
      ->add_option("--profile", options->profile,
                   "Write where the time went, for chrome://tracing or Perfetto")
      ->type_name("FILE");
  command->add_flag("--render", options->render, "Show the game in a window while it trains");
  command->callback([options, &run] { run = [options] { return Train(*options); }; });
}

}  // namespace arcadeq
