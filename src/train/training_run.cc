#include "train/training_run.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "base/directory_lock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/profile.h"
#include "checkpoint/checkpoint_reader.h"
#include "config/config.h"
#include "config/fixed_settings.h"
#include "record/event.h"
#include "record/recorder.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "train/checkpointer.h"
#include "train/run_directory.h"
#include "train/run_snapshot.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

std::unique_ptr<Profile> MakeProfile(const std::filesystem::path& file) {
  return file.empty() ? nullptr : std::make_unique<Profile>(file.string());
}

}  // namespace

TrainingRun::TrainingRun(Config config, std::unique_ptr<Profile> profile, RunDirectory directory,
                         DirectoryLock lock, std::unique_ptr<Trainer> trainer)
    : config_(std::move(config)),
      profile_(std::move(profile)),
      directory_(std::move(directory)),
      lock_(std::move(lock)),
      trainer_(std::move(trainer)) {}

TrainingRun TrainingRun::Begin(Config config, const std::filesystem::path& directory,
                               std::string_view preset, const std::filesystem::path& profile_file) {
  config.FixScheduleSteps();
  if (!directory.empty()) RunDirectory::CheckUnused(directory);
  auto trainer = std::make_unique<Trainer>(config);
  const std::filesystem::path path =
      directory.empty() ? RunDirectory::MakeDefault(config, preset) : directory;
  MakeDirectories(path);
  DirectoryLock lock(path);
  RunDirectory::CheckUnused(path);  // again: another process may have used it before the lock
  auto profile = MakeProfile(profile_file);
  TrainingRun run(config, std::move(profile), RunDirectory::Create(path, config), std::move(lock),
                  std::move(trainer));
  run.notes_.push_back({fmt::format("run directory: {}", path.string())});
  return run;
}

TrainingRun TrainingRun::Resume(const std::filesystem::path& path,
                                const std::function<Config(const Config&)>& change,
                                const std::filesystem::path& profile) {
  RunDirectory directory = RunDirectory::Open(path);
  DirectoryLock lock(directory.path());
  const Config before = directory.LoadConfig();
  const Config config = change(before);
  CheckFixedSettings(before, config);

  std::vector<std::string> messages;
  const auto reader = CheckpointReader::OpenNewest(directory.checkpoints(), messages);
  const std::filesystem::path& checkpoint = reader.checkpoint().path;
  if (reader.info().settings_hash != HashOfFixedSettings(before)) {
    ThrowUserError("{} was saved with settings other than those in {}", checkpoint.string(),
                   directory.config_toml().string());
  }
  auto trainer = std::make_unique<Trainer>(config);
  trainer->Restore(reader);
  if (config.evaluation.episodes != before.evaluation.episodes) trainer->ForgetBestWeights();
  TrainingRun run(config, MakeProfile(profile), std::move(directory), std::move(lock),
                  std::move(trainer));
  for (std::string& message : messages) run.notes_.push_back({std::move(message), true});
  run.notes_.push_back({fmt::format("resumed from {}", checkpoint.string())});
  run.checkpoint_ = reader.checkpoint();
  run.sink_states_ = ReadSinkStates(reader);
  return run;
}

std::vector<std::unique_ptr<Sink>> TrainingRun::MakeFileSinks() const {
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(MakeCsvSink(directory_.episodes_csv(), sink_states_));
  sinks.push_back(MakeTensorBoardSink(directory_.path(), sink_states_));
  sinks.push_back(MakeGifSink(directory_.videos(), static_cast<int>(config_.record.gif_height),
                              static_cast<int>(config_.record.gif_width)));
  return sinks;
}

bool TrainingRun::Train(std::vector<std::unique_ptr<Sink>> sinks, const std::atomic<bool>& stop) {
  if (checkpoint_) {
    directory_.WriteConfig(config_);
    directory_.RemoveLeftovers();
  }
  Recorder recorder(std::move(sinks), trainer_->VideoQueueBytes());
  if (!lock_.warning().empty()) recorder.Emit(Note{lock_.warning(), true});
  for (Note& note : notes_) recorder.Emit(std::move(note));

  bool interrupted = false;
  const auto emit = [&](Event event) {
    if (const auto* ended = std::get_if<RunEnded>(&event)) interrupted = ended->interrupted;
    recorder.Emit(std::move(event));
  };
  Checkpointer checkpointer(config_.checkpoint, directory_.checkpoints(),
                            {0, config_.env.game, ARCADEQ_VERSION, HashOfFixedSettings(config_)},
                            std::move(checkpoint_), [&recorder] { return recorder.Save(); });
  trainer_->Run(&directory_, &checkpointer, emit, stop);
  recorder.Close();
  return !interrupted;
}

void TrainingRun::FinishProfile() {
  if (profile_) profile_->Finish();
}

}  // namespace arcadeq
