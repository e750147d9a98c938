#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "base/state.h"
#include "config/config.h"
#include "loss/value_rescaling.h"
#include "record/event.h"
#include "train/dead_unit_watch.h"
#include "train/film_selection.h"
#include "train/phase_times.h"
#include "train/rollout_worker.h"

namespace arcadeq {

// Called on the training thread; must not block.
using Emit = std::function<void(Event)>;

// An update of a window: the step of the run after which it is due, and its results.
struct DueUpdate {
  std::int64_t step = 0;
  UpdateStats stats{};
  double seconds = 0;
  std::optional<Diagnosis> diagnosis{};  // if the network was inspected
};

// Counts a run's steps, frames and episodes, and reports them, filmed episodes and suspicious
// values as events. Knows nothing of how the steps are played.
class RunLog {
 public:
  // `window_steps` is the number of steps in a window, in all environments together. `agent` must
  // outlive the log.
  RunLog(const Config& config, const Agent& agent, const std::vector<std::string>& action_names,
         std::int64_t window_steps);

  // Selects the pictures that are emitted.
  FilmSelection& film() { return film_; }

  std::int64_t steps() const { return steps_; }  // decisions taken
  // Emulator frames, including those before an episode's first decision.
  std::int64_t frames() const { return frames_; }
  std::int64_t episodes() const { return episodes_; }  // completed
  double Seconds() const;  // of training, including those of earlier processes
  // Excludes a pause that has just ended from Seconds().
  void SkipTime(std::chrono::steady_clock::duration pause);

  // Starts the clock. Warns if the run is certain to end before its first update.
  void Begin(const Emit& emit);
  // Call at a limit of the run. Does not repeat the warning of Begin().
  void WarnIfNothingWasLearnt(const Emit& emit) const;

  // Adds a window that has been played, observed and learnt from: its updates, in the order in
  // which they were due, and the time of the phases since the last window; then the steps in order.
  // The updates must be valid until the last step is added. All steps of a round, one in each
  // environment, are taken at once: an update that is due after one of them belongs to the episodes
  // of all of them.
  void BeginWindow(std::span<const DueUpdate> updates, const PhaseSeconds& phases);
  void AddStep(int env, RolloutStep& step, const Emit& emit);

  // Visits what the seed determines, and what depends on record.* or on the machine's speed.
  void VisitState(State& state);
  void VisitRecord(State& state);

 private:
  using Clock = std::chrono::steady_clock;

  // Over the steps of an episode in progress.
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
  // Over episodes in which every action was random.
  struct RandomPlay {
    double raw_return = 0;
    std::int64_t episodes = 0;
  };
  // When a window was played, in seconds of training. Its steps, which are reported when it ends,
  // count as evenly spread over this time.
  struct Window {
    std::int64_t first_step = 1;
    std::int64_t steps = 1;
    double began = 0, ended = 0;
  };

  // Why the run's limits are certain to end it before its first update; empty if they are not.
  std::string WhyItLearnsNothing() const;
  bool Learning() const { return steps_ >= agent_.NextUpdate(0); }
  double SecondsAt(std::int64_t step) const;
  void BeginRound();
  void AddToProgress(const DueUpdate& update);
  void EmitDiagnosis(const Diagnosis& diagnosis, const Emit& emit);
  bool AllRandomSoFar() const;
  void EndEpisode(int env, bool truncated, const Emit& emit);
  void EmitProgress(const Emit& emit);
  void EmitPictures(RolloutStep& step, const Emit& emit);
  // `learnt`: in the units in which values are learnt.
  void WarnOfImpossibleValues(double learnt, const Emit& emit);

  const RecordConfig record_;
  const RunBegan began_;
  const double gamma_;
  const ValueRescaling rescaling_;
  const std::int64_t window_steps_;
  const Agent& agent_;

  std::int64_t steps_ = 0, frames_ = 0, episodes_ = 0;
  std::int64_t stored_frames_ = 0;  // by the agent
  std::vector<EpisodeSums> open_;   // by environment
  double largest_reward_ = 0;       // the largest absolute reward of a step so far
  FilmSelection film_;
  UpdateSums sums_;
  std::vector<std::int64_t> action_counts_;  // since the last Progress event
  std::vector<NamedValue> action_shares_;
  RandomPlay random_play_;
  PhaseTimes phase_times_;
  DeadUnitWatch dead_units_;
  bool warned_of_values_ = false;

  Clock::time_point clock_began_{};
  double earlier_seconds_ = 0;      // of training in earlier processes
  std::int64_t progress_step_ = 0;  // of the last Progress
  double progress_seconds_ = 0;
  Window window_;
  std::span<const DueUpdate> due_;  // of the window, not yet reported
  // Over the updates that are due in the current round.
  double round_loss_ = 0;
  std::int64_t round_updates_ = 0;
};

}  // namespace arcadeq
