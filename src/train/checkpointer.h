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
#include "config/checkpoint_config.h"
#include "record/event.h"
#include "record/sink.h"
#include "train/run_snapshot.h"

namespace arcadeq {

// Decides when to save a run and saves it on a background thread while training continues. If the
// system cannot create a thread, the training thread saves in the next call of TakeNotes(), Wait()
// or Finish(). Writes one checkpoint at a time; another that becomes due meanwhile waits until a
// window begins after it is written.
//
// Only for the training thread.
class Checkpointer {
 public:
  // Returns the states of the run's sinks as of when they have handled all events emitted so far.
  using SaveSinks = std::function<std::future<SinkStates>()>;

  // Writes checkpoints to `directory`, with `info` except for the step. `previous` is the one that
  // the run resumes from.
  Checkpointer(const CheckpointConfig& config, std::filesystem::path directory, CheckpointInfo info,
               std::optional<Checkpoint> previous, SaveSinks save_sinks);
  // Waits for the checkpoint in progress.
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  // Makes a checkpoint of the run, now at this step, due as soon as none is in progress. When it is
  // written, or if it has been written before, TakeNotes() says where it is.
  void Request(std::int64_t step);
  // Whether to save the run now, at this step.
  bool Due(std::int64_t step) const;
  // The snapshot to fill in before Begin(). Waits for the checkpoint in progress.
  RunSnapshot& snapshot();
  // Begins to write snapshot().
  void Begin();
  // Returns the failure and the warnings of the checkpoint that was completed since the last call,
  // if any, and where a requested one is.
  std::vector<Note> TakeNotes();
  // Waits for the checkpoint in progress. Finish() throws UserError if it could not be written.
  void Wait() { Collect(); }
  void Finish();

  // The newest checkpoint, written or resumed from, for messages; null: there is none.
  const Checkpoint* newest() const { return newest_ ? &*newest_ : nullptr; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Result {
    std::optional<Checkpoint> checkpoint;
    std::string error;
    std::vector<std::string> messages;
  };

  bool Busy() const;
  void Announce(const std::filesystem::path& checkpoint);
  Result Write();
  void Collect();

  CheckpointConfig config_;
  std::filesystem::path directory_;
  CheckpointInfo info_;
  std::optional<Checkpoint> newest_;
  SaveSinks save_sinks_;
  RunSnapshot snapshot_;
  std::future<SinkStates> sinks_;  // of the checkpoint in progress
  std::future<Result> writing_;
  std::vector<Note> notes_;
  std::string error_;  // of the last completed checkpoint
  std::int64_t saved_step_ = -1;
  bool requested_ = false;  // since the last Begin()
  bool announces_ = false;  // the checkpoint in progress was requested
  Clock::time_point saved_at_;
};

}  // namespace arcadeq
