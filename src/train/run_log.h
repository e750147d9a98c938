#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "base/state.h"
#include "record/event.h"
#include "train/config.h"
#include "train/dead_unit_watch.h"
#include "train/rollout_worker.h"

namespace arcadeq {

// Called on the training thread; must not wait.
using Emit = std::function<void(Event)>;

// An update of a window: after which step of the run it fell due, and what it came to.
struct DueUpdate {
  std::int64_t step = 0;
  UpdateStats stats{};
  double seconds = 0;
  std::optional<Diagnosis> diagnosis{};  // if the network was inspected
};

// Keeps a run's books: counts its steps, frames and episodes, and tells of them, of filmed episodes
// and of what looks wrong, in events. Knows nothing of how the steps came about.
class RunLog {
 public:
  // Of a run that goes by windows of so many steps. `agent` must outlive the log.
  RunLog(const Config& config, const Agent& agent, const std::vector<std::string>& action_names,
         std::int64_t window_steps);

  // The pictures of the first environment's episodes that begin while `watched` is true are
  // emitted, not only those of filmed ones. It must outlive the log.
  void ShowEpisodesWhile(const std::atomic<bool>& watched) { watched_ = &watched; }
  // Whether the episode that the first environment is in is filmed or shown.
  bool filming() const { return film_.wanted; }

  std::int64_t steps() const { return steps_; }  // decisions taken
  std::int64_t frames() const {
    return frames_;
  }                                                    // of the emulator, those before a first
                                                       // decision included
  std::int64_t episodes() const { return episodes_; }  // that have ended
  double Seconds() const;                              // of training, earlier processes included

  // Starts the clock. Warns of a run that is sure to end before its first update.
  void Begin(const Emit& emit);
  // At a limit of the run, unless that was foreseen.
  void WarnIfNothingWasLearnt(const Emit& emit) const;

  // A window that has been played and learnt from: its updates, in the order in which they fell
  // due, and the frames that the agent had stored after each of its steps; then the steps, in their
  // order. Both spans must hold until the last step has been added. The steps of a round, one in
  // each environment, are taken at once: an update that falls due after one of them belongs to the
  // episodes of all of them.
  void BeginWindow(std::span<const DueUpdate> updates, std::span<const std::int64_t> stored_frames);
  void AddStep(int env, RolloutStep& step, const Emit& emit);

  // What a seed decides; and what depends on record.* or on the machine's speed.
  void VisitState(State& state);
  void VisitRecord(State& state);

 private:
  using Clock = std::chrono::steady_clock;

  // An episode under way.
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
  // Over the episodes in which every action was random.
  struct RandomPlay {
    double raw_return = 0;
    std::int64_t episodes = 0;
  };
  // Of the first environment, whose pictures are emitted if they are wanted.
  struct Film {
    std::int64_t first_step = 0;   // of the episode
    bool wanted = false;           // in the window or as a GIF
    bool kept = false;             // as a GIF
    std::int64_t kept_after = -1;  // how many episodes had ended when the last that was kept began
  };
  // When a window was played, in seconds of training. Its steps are told of when it has ended; each
  // counts as taken at its share of the time.
  struct Window {
    std::int64_t first_step = 1;
    std::int64_t steps = 1;
    double began = 0, ended = 0;
  };

  // Why the run's limits are sure to end it before its first update; empty otherwise.
  std::string WhyItLearnsNothing() const;
  bool Learning() const { return steps_ >= agent_.NextUpdate(0); }
  double SecondsAt(std::int64_t step) const;
  void BeginRound();
  void AddToProgress(const DueUpdate& update);
  void EmitDiagnosis(const Diagnosis& diagnosis, const Emit& emit);
  bool AllRandomSoFar() const;
  void BeginFilm();
  void EndEpisode(int env, bool truncated, const Emit& emit);
  void EmitProgress(const Emit& emit);
  void EmitPictures(RolloutStep& step, const Emit& emit);
  void WarnOfImpossibleValues(double value, const Emit& emit);

  const RecordConfig record_;
  const RunBegan began_;
  const double gamma_;
  const std::int64_t window_steps_;
  const Agent& agent_;
  const std::atomic<bool>* watched_ = nullptr;

  std::int64_t steps_ = 0, frames_ = 0, episodes_ = 0;
  std::vector<EpisodeSums> open_;  // by environment: the episode under way
  double largest_reward_ = 0;      // of a step so far, absolute
  Film film_;
  UpdateSums sums_;
  std::vector<std::int64_t> action_counts_;  // since the last Progress event
  std::vector<NamedValue> action_shares_;
  RandomPlay random_play_;
  DeadUnitWatch dead_units_;
  bool warned_of_values_ = false;

  Clock::time_point clock_began_{};
  double earlier_seconds_ = 0;      // that earlier processes trained
  std::int64_t progress_step_ = 0;  // of the last Progress
  double progress_seconds_ = 0;
  Window window_;
  std::span<const DueUpdate> due_;               // of the window, not yet told of
  std::span<const std::int64_t> stored_frames_;  // of the window
  // Over the updates that fall due in the round under way.
  double round_loss_ = 0;
  std::int64_t round_updates_ = 0;
};

}  // namespace arcadeq
