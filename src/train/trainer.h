#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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

  // Every episode's pictures are emitted, not only those of filmed ones. Pictures are those of the
  // first environment.
  void ShowAllEpisodes() { show_all_ = true; }

  // Everything that Restore() needs, at the end of a window.
  void Save(RunSnapshot& snapshot) const;
  // Makes this trainer, of the same settings, what it was when the checkpoint was saved: its run
  // goes on bit for bit as that one would have. Throws UserError, and is of no use afterwards, if
  // the checkpoint is damaged or of other settings.
  void Restore(const CheckpointReader& checkpoint);

  // Trains until a limit of the settings is reached, or until `stop` becomes true: then the window
  // at hand is finished. Weights are written every few episodes and at the end, unless `directory`
  // is null; checkpoints whenever `checkpointer`, which may be null, says so, and at the end. To be
  // called once. Throws UserError if the last weights or the last checkpoint cannot be written, or
  // if the loss is not a finite number any more: the checkpoints are then from before.
  void Run(const RunDirectory* directory, Checkpointer* checkpointer, const Emit& emit,
           const std::atomic<bool>& stop);

  const Network& network() const { return *network_; }
  const Learner& learner() const { return learner_; }
  std::int64_t step() const { return step_; }

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
  // Over the updates since the last Progress event.
  struct UpdateSums {
    UpdateStats stats;
    double seconds = 0;
    std::int64_t updates = 0;
  };
  // The episode of the first environment whose pictures are emitted, if it is.
  struct Film {
    std::int64_t episode = 0;
    bool wanted = false;         // in the window or as a GIF
    bool kept = false;           // as a GIF
    std::int64_t last_kept = 0;  // the last episode that was, counted from 1; 0: none was
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
  // The updates that fall due in (step_, end].
  std::int64_t UpdatesUntil(std::int64_t end) const;
  template <typename Meanwhile>
  void Update(const Meanwhile& before_weights_change);
  void Add(const UpdateStats& stats, double seconds);

  void CheckFinite(const UpdateStats& stats) const;
  void WarnOfImpossibleValues(double value);

  void EmitNotes() const;  // the checkpointer's
  void SaveIfDue();
  void SaveNow();

  void Store();
  void Store(RolloutStep& step, int env);
  void BeginFilm();
  void EndEpisode(int env, bool truncated);
  void EmitProgress();
  void EmitPictures(RolloutStep& step);
  void WriteWeights();

  Config config_;
  ThreadPool pool_;
  ThreadPool alone_{1};  // of a worker that plays beside others
  std::unique_ptr<Network> network_;
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
  bool show_all_ = false;

  std::int64_t step_ = 0;      // decisions taken
  std::int64_t frame_ = 0;     // frames of the emulator, those before a first decision included
  std::int64_t episodes_ = 0;  // finished
  std::vector<EpisodeSums> at_hand_;  // by environment
  Film film_;
  UpdateSums sums_;
  double largest_reward_ = 0;  // of a step so far, absolute
  bool warned_of_values_ = false;
  Clock::time_point began_{};
  double earlier_seconds_ = 0;   // that the run took before it was gone on with
  double progress_seconds_ = 0;  // when the last Progress was emitted
};

}  // namespace arcadeq
