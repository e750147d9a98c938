#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/epsilon_schedule.h"
#include "agent/learner.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "checkpoint/checkpoint_reader.h"
#include "nn/network.h"
#include "record/event.h"
#include "replay/replay.h"
#include "train/checkpointer.h"
#include "train/config.h"
#include "train/rollout_worker.h"
#include "train/run_directory.h"
#include "train/run_memory.h"
#include "train/run_snapshot.h"
#include "train/stacked_env.h"

namespace arcadeq {

// How far the run of a checkpoint had come.
struct RunCounters {
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t episodes = 0;
  std::int64_t updates = 0;
  std::int64_t optimizer_steps = 0;
};
// Throws UserError.
RunCounters ReadCounters(const CheckpointReader& checkpoint);

// Decides when to act, learn and save, and says what happened. Everything is allocated at
// construction, but for the replay's segments; a seed gives the same run bit for bit, whatever the
// threads' timing.
//
// A run goes by windows: the steps from one update to the next, or one step in each environment
// where that is more. With train.overlap the actors play a window while the learner computes the
// updates that fall due in it, from the replay and with the weights as they were at its start;
// without, they play, and then the learner learns from that, too. Both end before the next begins.
class Trainer {
 public:
  // Called on the training thread; must not wait.
  using Emit = std::function<void(Event)>;

  // Throws UserError if the settings contradict each other, the game is not found, or the replay
  // does not fit the memory that is available. Writes nothing.
  explicit Trainer(const Config& config) : Trainer(config, MakeEnvs(config)) {}

  // Emits the pictures of every episode that begins while `watched`, not only those of filmed ones.
  // Pictures are those of the first environment.
  void ShowEpisodesWhile(const std::atomic<bool>& watched) { watched_ = &watched; }

  // Everything that Restore() needs, at the end of a window.
  void Save(RunSnapshot& snapshot) const;
  // Makes this trainer, of the same settings, what it was when the checkpoint was saved: its run
  // goes on bit for bit as that one would have. Throws UserError, and is of no use afterwards, if
  // the checkpoint is damaged or of other settings.
  void Restore(const CheckpointReader& checkpoint);

  // Trains until a limit of the settings is reached, or until `stop` becomes true: either way the
  // window at hand is finished. Weights are written at the end of a window that completes another
  // so many episodes, and at the end, unless `directory` is null; checkpoints whenever
  // `checkpointer`, which may be null, says so, and at the end. To be called once. Throws UserError
  // if the last weights or the last checkpoint cannot be written, or if the loss is not a finite
  // number any more: the checkpoints are then from before.
  void Run(const RunDirectory* directory, Checkpointer* checkpointer, const Emit& emit,
           const std::atomic<bool>& stop);

  const QNetwork& network() const { return network_; }
  const Learner& learner() const { return learner_; }
  std::int64_t step() const { return step_; }
  // For pictures on their way into videos: what the rest of the run leaves, within bounds.
  std::size_t VideoQueueBytes() const;

 private:
  using Clock = std::chrono::steady_clock;

  // An episode at hand.
  struct EpisodeSums {
    double raw_return = 0;
    double return_ = 0;
    double loss = 0;
    std::int64_t updates = 0;
    std::int64_t steps = 0;
    std::int64_t frames = 0;
  };
  // An update of the window at hand.
  struct DueUpdate {
    std::int64_t step = 0;  // at which it fell due
    UpdateStats stats;
    double seconds = 0;  // of its own work, not of waiting for the actors
  };
  // The window being reported. Its steps are reported in a burst, but took turns with all the rest
  // of its time: each counts as taken at its share of it.
  struct Window {
    std::int64_t first_step = 1;
    double began = 0;  // seconds since the run began; also when the window before ended
    double ended = 0;
  };
  // Over the updates that fell due since the last Progress event.
  struct UpdateSums {
    UpdateStats stats;
    double seconds = 0;
    std::int64_t updates = 0;
  };
  // The episode of the first environment whose pictures are emitted, if it is.
  struct Film {
    std::int64_t first_step = 0;
    bool wanted = false;           // in the window or as a GIF
    bool kept = false;             // as a GIF
    std::int64_t kept_after = -1;  // episodes that had ended when the last kept one began; -1: none
  };

  // What changes nothing that is learnt: see RunSnapshot::record.
  std::string SaveRecord() const;
  void RestoreRecord(const CheckpointReader& checkpoint);

  // All that can be checked before the large buffers are taken is checked here.
  static std::vector<StackedEnv> MakeEnvs(const Config& config);
  Trainer(const Config& config, std::vector<StackedEnv> envs);

  int envs() const { return static_cast<int>(config_.train.envs); }
  std::string LimitReached() const;  // empty while there is more to do
  bool Learning() const { return step_ > config_.train.learning_starts; }
  double Seconds() const;

  void PlayAndLearn();
  std::int64_t WindowSteps() const { return std::int64_t{rounds_} * envs(); }
  // The first step after this one at which an update falls due.
  std::int64_t NextUpdate(std::int64_t step) const;
  template <typename Meanwhile>
  void Update(std::int64_t due, const Meanwhile& before_weights_change);
  void CheckFinite(const DueUpdate& update) const;
  void Store();

  void EmitNotes() const;  // the checkpointer's
  void SaveIfDue();
  void SaveNow();
  void WriteWeightsIfDue(std::int64_t episodes_before);
  void WriteWeights();

  // Counts the steps of the window that was played and emits what happened at each; see
  // trainer_report.cc.
  void Report();
  void Report(RolloutStep& step, int env);
  // The update that fell due at a step of the window; nullptr: none did.
  const DueUpdate* UpdateAt(std::int64_t step) const;
  // When a step of the window counts as taken, in seconds since the run began.
  double SecondsAt(std::int64_t step) const;
  void AddToProgress(const DueUpdate& update);
  void WarnIfNothingWasLearnt() const;
  void WarnOfImpossibleValues(double value);
  void BeginFilm();
  void EndEpisode(int env, bool truncated);
  void EmitProgress();
  void EmitPictures(RolloutStep& step);

  Config config_;
  ThreadPool pool_;
  ThreadPool alone_{1};  // of a worker that plays beside others
  QNetwork network_;
  Replay replay_;
  RandomStream replay_random_;
  RandomStream init_random_;
  Learner learner_;
  EpsilonSchedule epsilon_;
  Batch batch_;
  int rounds_;  // of a window
  std::vector<RolloutWorker> workers_;

  const RunDirectory* directory_ = nullptr;  // these three of the run under way
  Checkpointer* checkpointer_ = nullptr;
  const Emit* emit_ = nullptr;
  const std::atomic<bool>* watched_ = nullptr;

  std::int64_t step_ = 0;      // decisions taken
  std::int64_t frame_ = 0;     // frames of the emulator, those before a first decision included
  std::int64_t episodes_ = 0;  // finished
  std::vector<EpisodeSums> at_hand_;  // by environment
  Window window_;
  std::vector<DueUpdate> updates_;           // of the window at hand, in order
  std::vector<std::int64_t> replay_frames_;  // after each of its steps
  RunMemory memory_;
  Film film_;
  UpdateSums sums_;
  double largest_reward_ = 0;  // of a step so far, absolute
  bool warned_of_values_ = false;
  Clock::time_point began_{};
  double earlier_seconds_ = 0;      // that the run took before it was gone on with
  std::int64_t progress_step_ = 0;  // of the last Progress
  double progress_seconds_ = 0;     // and its time
};

}  // namespace arcadeq
