#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agent/actor.h"
#include "agent/epsilon_schedule.h"
#include "agent/learner.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "env/env.h"
#include "nn/network.h"
#include "record/event.h"
#include "replay/frame_stack.h"
#include "replay/replay.h"
#include "train/config.h"
#include "train/run_directory.h"

namespace arcadeq {

// Decides when to act, learn and save, and says what happened. One decision after the other: act on
// the newest stack, store what followed, then learn from one batch if it is time to. Everything is
// allocated at construction, but for the replay's segments; a seed gives the same run bit for bit,
// whatever the threads' timing.
class Trainer {
 public:
  // Called on the training thread; must not wait.
  using Emit = std::function<void(Event)>;

  // Throws UserError if the settings contradict each other, the game is not found, or the replay
  // does not fit the memory that is available. Writes nothing.
  explicit Trainer(const Config& config);

  // Every episode's pictures are emitted, not only those of filmed ones.
  void ShowAllEpisodes() { show_all_ = true; }

  // Trains until a limit of the settings is reached, or until `stop` becomes true: then the step at
  // hand is finished. Weights are written every few episodes and at the end, unless `directory` is
  // null. To be called once. Throws UserError if the last weights cannot be written.
  void Run(const RunDirectory* directory, const Emit& emit, const std::atomic<bool>& stop);

  const Learner& learner() const { return learner_; }
  std::int64_t step() const { return step_; }

 private:
  using Clock = std::chrono::steady_clock;

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

  std::string LimitReached() const;  // empty while there is more to do
  bool Learning() const { return step_ > config_.train.learning_starts; }
  double Seconds() const;
  // Whether an episode, counted from 1, is kept as a GIF; whether its pictures are emitted.
  bool Filmed(std::int64_t episode) const;
  bool Pictured(std::int64_t episode) const { return show_all_ || Filmed(episode); }

  void BeginEpisode();
  void Step();
  void Learn();
  void EndEpisode(bool truncated);
  void EmitProgress();
  void EmitPicture(int frames);
  void WriteWeights();

  Config config_;
  std::unique_ptr<Env> env_;
  ThreadPool pool_;
  QNetwork network_;
  Replay replay_;
  FrameStack stack_;
  RandomStream replay_random_;
  RandomStream init_random_;
  Learner learner_;
  Actor actor_;
  EpsilonSchedule epsilon_;
  Batch batch_;

  const RunDirectory* directory_ = nullptr;  // both of the run under way
  const Emit* emit_ = nullptr;
  bool show_all_ = false;

  bool in_episode_ = false;
  std::int64_t step_ = 0;      // decisions taken
  std::int64_t frame_ = 0;     // frames of the emulator, those before a first decision included
  std::int64_t episodes_ = 0;  // finished
  EpisodeSums episode_;        // the one at hand
  UpdateSums sums_;
  Clock::time_point began_{};
  double progress_seconds_ = 0;  // when the last Progress was emitted
};

}  // namespace arcadeq
