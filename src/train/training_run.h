#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/directory_lock.h"
#include "base/profile.h"
#include "checkpoint/checkpoint_directory.h"
#include "record/event.h"
#include "record/recorder.h"
#include "train/config.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace arcadeq {

// A run in its directory, ready to train: at its beginning, or at its newest good checkpoint. Holds
// the directory's lock.
class TrainingRun {
 public:
  // A new run in `directory`; if that is empty, in a new directory below runs/ that is named after
  // the game and `preset`. `profile` is the file to write the time's use to, or empty. Throws
  // UserError, with nothing written, if anything stands in the run's way.
  static TrainingRun Begin(Config config, const std::filesystem::path& directory,
                           std::string_view preset, const std::filesystem::path& profile);
  // Continues the run in `directory`. `change` is given the settings that it has and returns those
  // to continue with. Throws UserError, with nothing changed, if they differ where they may not, or
  // if there is no good checkpoint.
  static TrainingRun Resume(const std::filesystem::path& directory,
                            const std::function<Config(const Config&)>& change,
                            const std::filesystem::path& profile);

  const Config& config() const { return config_; }
  Trainer& trainer() { return *trainer_; }

  // The sinks that write the run's own files.
  std::vector<std::unique_ptr<Sink>> MakeFileSinks() const;
  // What the sinks were doing at the checkpoint that the run continues from.
  const SinkStates& sink_states() const { return sink_states_; }

  // Trains to a limit of the settings, or until `stop` becomes true, which is when it returns
  // false. Everything is on the disk when it returns. To be called once. Throws UserError as
  // Trainer::Run() does.
  bool Train(std::vector<std::unique_ptr<Sink>> sinks, const std::atomic<bool>& stop);
  // Writes the profile, if there is one, after Train().
  void FinishProfile();

 private:
  TrainingRun(Config config, std::unique_ptr<Profile> profile, RunDirectory directory,
              DirectoryLock lock, std::unique_ptr<Trainer> trainer);

  Config config_;
  std::unique_ptr<Profile> profile_;  // outlives the trainer's threads, of which it tells
  RunDirectory directory_;
  DirectoryLock lock_;
  std::unique_ptr<Trainer> trainer_;
  std::optional<Checkpoint> checkpoint_;  // that the run continues from
  SinkStates sink_states_;
  std::vector<Note> notes_;
};

}  // namespace arcadeq
