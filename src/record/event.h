#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "picture/image.h"
#include "picture/moment.h"

namespace arcadeq {

// The events of a run, emitted by the trainer. The trainer knows no sinks, and sinks know no
// trainer. A step is one decision, a frame one frame of the emulator.

// Once, before all other events.
struct RunBegan {
  std::string game;
  std::int64_t target_steps = 0;     // 0: no limit
  std::int64_t target_frames = 0;    // 0: no limit
  std::int64_t target_episodes = 0;  // 0: no limit
  // Published scores of the game, for comparison; NaN if there are none.
  double random_score = std::numeric_limits<double>::quiet_NaN();
  double human_score = std::numeric_limits<double>::quiet_NaN();
  std::int64_t replay_capacity = 0;  // frames; 0: no replay
  std::int64_t window_steps = 0;     // steps from one update to the next
};

// After every episode.
struct EpisodeEnded {
  std::int64_t episode = 0;  // number, from 1, in the order in which episodes end
  std::int64_t env = 0;      // number of the environment, from 0
  std::int64_t step = 0;     // of the run, at the episode's end
  std::int64_t frame = 0;
  std::int64_t length_steps = 0;
  std::int64_t length_frames = 0;
  double raw_return = 0;  // the game's score
  double return_ = 0;     // the sum of the rewards learnt from (clipped if so configured)
  bool truncated = false;
  bool learning = false;  // false while the replay fills ("Pre-training")
  double mean_loss = 0;   // over the updates of this episode; NaN if there were none
  double epsilon = 0;
  double wall_seconds = 0;  // since the run began
};

// One of a set of values, such as one per action.
struct NamedValue {
  std::string name;
  double value = 0;
  bool operator==(const NamedValue&) const = default;
};

// Every record.progress_every_steps steps: means over the updates since the last Progress, and the
// state of the run.
struct Progress {
  std::int64_t step = 0;
  std::int64_t frame = 0;
  std::int64_t episode = 0;  // finished so far
  double epsilon = 0;
  // The share of each action among those taken since the last Progress.
  std::vector<NamedValue> action_shares;
  // Mean raw return of the episodes at the run's start in which every action was random; NaN if
  // there were none.
  double random_return = 0;
  double steps_per_second = 0;
  std::int64_t replay_frames = 0;
  bool learning = false;
  // Over the updates since the last Progress; NaN if there were none.
  double loss = 0;
  double mean_q = 0;         // mean value of the chosen actions, and...
  double max_q = 0;          // ...of the greedy ones, over the batch
  double td_error = 0;       // mean absolute
  double gradient_norm = 0;  // before clipping
  double update_milliseconds = 0;
  // The share of each phase of the run in the time since the last Progress.
  std::vector<NamedValue> time_shares;
  std::int64_t resident_bytes = 0;
  double wall_seconds = 0;
};

// After every evaluation during training.
struct Evaluated {
  std::int64_t step = 0;  // of the run, whose weights played
  std::int64_t frame = 0;
  std::int64_t games = 0;
  double mean = 0;                // of the raw scores
  double standard_deviation = 0;  // of the sample
  bool best = false;              // higher than every mean before
};

// A layer with at least this share of dead units has probably stopped learning.
inline constexpr double kTooManyDead = 0.75;

// The state of the network at an update, every record.diagnostics_every_steps steps.
struct Diagnosis {
  std::int64_t step = 0;  // at which the update was due
  // The share of each hidden layer's units that are zero for every state of the batch.
  std::vector<NamedValue> dead_units;
  // The number of singular values of the last hidden layer's activations that hold 99 % of their
  // sum.
  int effective_rank = 0;
};

// One picture of an episode that is filmed, shown in the window, or both. The pictures of a film
// are consecutive. An episode gets its number when it ends; until then its first step identifies
// it.
struct VideoFrame : Image {
  std::int64_t first_step = 0;  // of the run, from 1
  bool filmed = true;
  double seconds = 0;              // how long it is shown
  std::optional<Moment> moment{};  // if someone wants to see what the agent thinks
};

// After the last picture of a filmed episode.
struct VideoEnded {
  std::int64_t episode = 0;  // as in its EpisodeEnded
};

// When the run pauses, and when it resumes. A paused run may end without resuming.
struct PauseChanged {
  std::int64_t step = 0;
  bool paused = false;
};

// A message for the user, such as "weights written to ...".
struct Note {
  std::string text;
  bool warning = false;
};

// Once, after all other events.
struct RunEnded {
  std::int64_t step = 0;
  std::int64_t frame = 0;
  std::int64_t episode = 0;
  double wall_seconds = 0;
  std::string reason;  // "3000 steps done", "interrupted", ...
  bool interrupted = false;
};

using Event = std::variant<RunBegan, EpisodeEnded, Progress, Evaluated, Diagnosis, VideoFrame,
                           VideoEnded, PauseChanged, Note, RunEnded>;

}  // namespace arcadeq
