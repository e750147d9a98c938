#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/directory_lock.h"
#include "base/profile.h"
#include "checkpoint/checkpoint_directory.h"
#include "config/config.h"
#include "record/event.h"
#include "record/sink.h"
#include "train/run_directory.h"
#include "train/trainer.h"

namespace arcadeq {

// A run in its directory, ready to train from its beginning or from its newest good checkpoint.
// Holds the directory's lock.
class TrainingRun {
 public:
  // Begins a run in `directory` or, if that is empty, in a new directory in runs/ named after the
  // game and `preset`. `profile` is the file for a profile of the run, or empty. Throws UserError,
  // leaving at most an empty directory with its lock, if the run cannot begin.
  static TrainingRun Begin(Config config, const std::filesystem::path& directory,
                           std::string_view preset, const std::filesystem::path& profile);
  // Resumes the run in `directory`. `change` takes its settings and returns those to resume with.
  // Throws UserError, with nothing changed, if a fixed setting differs or there is no good
  // checkpoint.
  static TrainingRun Resume(const std::filesystem::path& directory,
                            const std::function<Config(const Config&)>& change,
                            const std::filesystem::path& profile);

  const Config& config() const { return config_; }
  Trainer& trainer() { return *trainer_; }
  const std::filesystem::path& path() const { return directory_.path(); }

  // Adds a note to those that Train() emits before the run begins.
  void Announce(Note note) { notes_.push_back(std::move(note)); }

  // The sinks that write the run's own files.
  std::vector<std::unique_ptr<Sink>> MakeFileSinks() const;
  // The states of the sinks in the checkpoint that the run resumes from.
  const SinkStates& sink_states() const { return sink_states_; }

  // Trains until the run reaches a limit or `stop` becomes true; returns false in the latter case.
  // Everything is on the disk when it returns. Call only once. Throws UserError as Trainer::Run()
  // does.
  bool Train(std::vector<std::unique_ptr<Sink>> sinks, const std::atomic<bool>& stop);
  // Writes the profile, if there is one. Call after Train().
  void FinishProfile();

 private:
  TrainingRun(Config config, std::unique_ptr<Profile> profile, RunDirectory directory,
              DirectoryLock lock, std::unique_ptr<Trainer> trainer);

  Config config_;
  std::unique_ptr<Profile> profile_;  // outlives the trainer's threads, which it profiles
  RunDirectory directory_;
  DirectoryLock lock_;
  std::unique_ptr<Trainer> trainer_;
  std::optional<Checkpoint> checkpoint_;  // the one that the run resumes from
  SinkStates sink_states_;
  std::vector<Note> notes_;
};

}  // namespace arcadeq
