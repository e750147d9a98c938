#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/settings_options.h"
#include "base/directory_lock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/profile.h"
#include "checkpoint/checkpoint_reader.h"
#include "record/recorder.h"
#include "record/sinks.h"
#include "train/checkpointer.h"
#include "train/resume.h"
#include "train/run_directory.h"
#include "train/run_snapshot.h"
#include "train/trainer.h"

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
  std::string profile;
  bool render = false;
};

std::vector<std::unique_ptr<Sink>> MakeSinks(const RunDirectory& run, const Config& config,
                                             const SinkStates& states) {
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(MakeCsvSink(run.episodes_csv(), states));
  sinks.push_back(MakeTensorBoardSink(run.path(), states));
  sinks.push_back(MakeGifSink(run.videos(), static_cast<int>(config.record.gif_height),
                              static_cast<int>(config.record.gif_width)));
  sinks.push_back(MakeConsoleSink(stdout, isatty(STDOUT_FILENO) != 0, states));
  return sinks;
}

// A run that is ready to go on from wherever it is.
struct ReadyRun {
  Config config;
  std::unique_ptr<Profile> profile;  // if one is wanted; outlives the threads that it tells of
  RunDirectory directory;
  DirectoryLock lock;
  std::unique_ptr<Trainer> trainer;
  std::optional<Checkpoint> checkpoint;  // that it goes on from
  SinkStates sinks;
  std::vector<Note> notes;
};

std::unique_ptr<Profile> MakeProfile(const TrainOptions& options) {
  return options.profile.empty() ? nullptr : std::make_unique<Profile>(options.profile);
}

ReadyRun BeginRun(const TrainOptions& options) {
  Config config = options.settings.Apply();
  if (!options.out.empty()) RunDirectory::CheckUnused(options.out);
  auto trainer = std::make_unique<Trainer>(config);
  const std::filesystem::path path =
      options.out.empty() ? RunDirectory::MakeDefault(config, options.settings.preset())
                          : std::filesystem::path(options.out);
  MakeDirectories(path);
  DirectoryLock lock(path);
  RunDirectory::CheckUnused(path);  // again: another process may have had it until now
  auto profile = MakeProfile(options);
  RunDirectory directory = RunDirectory::Create(path, config);
  return {config,
          std::move(profile),
          std::move(directory),
          std::move(lock),
          std::move(trainer),
          std::nullopt,
          {},
          {Note{fmt::format("run directory: {}", path.string())}}};
}

// Changes nothing before everything has been checked.
ReadyRun ResumeRun(const TrainOptions& options) {
  if (!options.out.empty()) ThrowUserError("--out has no place beside --resume");
  RunDirectory directory = RunDirectory::Open(*options.resume);
  DirectoryLock lock(directory.path());
  Config before;
  Settings settings = Declare(before);
  directory.LoadConfig(settings);
  const Config config = options.settings.ApplyTo(before);
  CheckFixedSettings(before, config);

  std::vector<std::string> messages;
  const auto reader = CheckpointReader::OpenNewest(directory.checkpoints(), messages);
  if (reader.info().settings_hash != HashOfFixedSettings(before)) {
    ThrowUserError("{} was saved with other settings than {} has now",
                   reader.checkpoint().path.string(), (directory.path() / "config.toml").string());
  }
  auto trainer = std::make_unique<Trainer>(config);
  trainer->Restore(reader);
  std::vector<Note> notes;
  for (std::string& message : messages) notes.push_back({std::move(message), true});
  notes.push_back({fmt::format("resumed from {}", reader.checkpoint().path.string())});
  return {config,
          MakeProfile(options),
          std::move(directory),
          std::move(lock),
          std::move(trainer),
          reader.checkpoint(),
          ReadSinkStates(reader),
          std::move(notes)};
}

int Train(const TrainOptions& options) {
  ReadyRun run = options.resume ? ResumeRun(options) : BeginRun(options);
  const Config& config = run.config;
  auto sinks = MakeSinks(run.directory, config, run.sinks);
  std::atomic<bool> window_watched{false};
  if (options.render) {
    sinks.push_back(MakeWindowSink(MakeWindowCommand(fmt::format("arcadeq: {}", config.env.game)),
                                   window_watched));
    run.trainer->ShowEpisodesWhile(window_watched);
  }
  if (run.checkpoint) {
    run.directory.WriteConfig(config);
    run.directory.RemoveLeftovers();
  }

  std::optional<StopSignals> stop_signals(std::in_place);
  Recorder recorder(std::move(sinks), run.trainer->VideoQueueBytes());
  if (!run.lock.warning().empty()) recorder.Emit(Note{run.lock.warning(), true});
  for (Note& note : run.notes) recorder.Emit(std::move(note));

  bool interrupted = false;
  const auto emit = [&](Event event) {
    if (const auto* ended = std::get_if<RunEnded>(&event)) interrupted = ended->interrupted;
    recorder.Emit(std::move(event));
  };
  Checkpointer checkpointer(config.checkpoint, run.directory.checkpoints(),
                            {0, config.env.game, ARCADEQ_VERSION, HashOfFixedSettings(config)},
                            run.trainer->network(), std::move(run.checkpoint),
                            [&recorder] { return recorder.Save(); });
  run.trainer->Run(&run.directory, &checkpointer, emit, stop_requested);
  recorder.Close();
  stop_signals.reset();
  if (run.profile) run.profile->Finish();
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
      ->add_option(
          "--resume", options->resume,
          "Go on with a run from its newest good checkpoint; --steps and the like move its "
          "end")
      ->type_name("RUN")
      ->check(CLI::ExistingDirectory);
  command
      ->add_option("--profile", options->profile,
                   "Write where the time went, for chrome://tracing or Perfetto")
      ->type_name("FILE");
  command->add_flag("--render", options->render, "Show the game in a window while it trains");
  command->callback([options, &run] { run = [options] { return Train(*options); }; });
}

}  // namespace arcadeq
