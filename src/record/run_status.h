#pragma once

#include <cstdint>
#include <deque>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/event.h"

namespace arcadeq {

// How far a run has come towards one of its limits.
struct LimitProgress {
  std::int64_t done = 0;
  std::int64_t target = 0;
  std::string_view unit;  // "steps", "frames" or "episodes"
  double share = 0;       // at most 1
};

// The status of a run, derived from its events.
class RunStatus {
 public:
  // Converts the scores and lengths that the means are computed from to bytes and back. Restore()
  // throws UserError if they are damaged.
  std::string Save() const;
  void Restore(std::string_view state);

  void Update(const RunBegan& began);
  void Update(const EpisodeEnded& ended);
  void Update(const Progress& progress);
  void Update(const Diagnosis& diagnosis);
  void Update(const RunEnded& ended);

  const RunBegan& began() const { return began_; }
  // The last one, and after the run its end.
  const Progress& progress() const { return progress_; }
  std::int64_t episodes() const { return episodes_; }
  // Of the last inspection; empty if there was none.
  const std::vector<NamedValue>& dead_units() const { return dead_units_; }
  // The mean score of the last episodes, at most 100, and their number.
  std::optional<double> MeanReturn() const;
  std::int64_t last_episodes() const { return std::ssize(last_episodes_); }

  // The score of a random policy: if none is published, the mean of this run's random episodes. NaN
  // if there is neither.
  double RandomScore() const;
  double FramesPerSecond() const;

  // "49,500 frames, 62 steps/s, mean reward: 151.3, eps: 0.983, loss: 0.01234, time left: 1:23:45".
  // The mean reward is the mean score of the last 100 episodes. Omits values not known yet.
  std::string Line() const;

  // The limit that the run is nearest to, if it has any.
  std::optional<LimitProgress> NearestLimit() const;
  // The time at the current speed until the first of the run's limits: its steps; its frames, given
  // the run's mean frames per step; its episodes, given the mean length of the last 100. Unknown
  // before learning begins, since learning is so much slower.
  std::optional<double> SecondsLeft() const;

 private:
  struct Episode {
    double raw_return;
    std::int64_t length_steps;
  };

  double MeanLengthSteps() const;

  RunBegan began_;
  Progress progress_;
  std::deque<Episode> last_episodes_;
  std::int64_t episodes_ = 0;
  std::vector<NamedValue> dead_units_;
};

}  // namespace arcadeq
