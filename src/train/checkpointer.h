#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/manifest.h"
#include "record/event.h"
#include "record/recorder.h"
#include "train/checkpoint_config.h"
#include "train/run_snapshot.h"

namespace arcadeq {

// Decides when a run is saved, and saves it on a thread of its own while training goes on; where
// the system gives none, on the training thread, with the next call of TakeNotes(), Wait() or
// Finish(). One checkpoint is written at a time; one that falls due meanwhile waits for the next
// window.
//
// Used by the training thread alone.
class Checkpointer {
 public:
  // What the sinks of the run have handled, once they have handled all that was emitted so far.
  using SaveSinks = std::function<std::future<SinkStates>()>;

  // Checkpoints go into `directory`; `info` is theirs but for the step. `previous` is the one that
  // the run goes on from.
  Checkpointer(const CheckpointConfig& config, std::filesystem::path directory, CheckpointInfo info,
               std::optional<Checkpoint> previous, SaveSinks save_sinks);
  // Waits for the one under way.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Whether the run, at this step, is to be saved now.
  bool Due(std::int64_t step) const;
  // What to save it from: to be filled in before Begin(). Waits for the one under way.
  RunSnapshot& snapshot();
  // Begins to write snapshot().
  void Begin();
  // What there is to say of a checkpoint that has ended since the last call: that it could not be
  // written, or a warning. Empty otherwise.
  std::vector<Note> TakeNotes();
  // Waits for the one under way; Finish() throws the UserError that it ended with.
  void Wait() { Collect(); }
  void Finish();

  // The newest one that was written or gone on from, for messages.
  const std::optional<Checkpoint>& newest() const { return newest_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Result {
    std::optional<Checkpoint> checkpoint;
    std::string error;
    std::vector<std::string> messages;
  };

  bool Busy() const;
  Result Write();
  void Collect();

  CheckpointConfig config_;
  std::filesystem::path directory_;
  CheckpointInfo info_;
  std::optional<Checkpoint> newest_;
  SaveSinks save_sinks_;
  RunSnapshot snapshot_;
  std::future<SinkStates> sinks_;  // of the checkpoint under way
  std::future<Result> writing_;
  std::vector<Note> notes_;
  std::string error_;  // of the last one that ended
  std::int64_t saved_step_ = -1;
  Clock::time_point saved_at_;
};

}  // namespace arcadeq
