#pragma once

#include <cstdint>
#include <vector>

#include "base/state.h"
#include "record/spectator.h"
#include "train/rollout_worker.h"

namespace arcadeq {

// Which pictures of the first environment are taken: those of episodes that are kept as GIFs, and
// all while someone watches.
class FilmSelection {
 public:
  // 0 episodes: keeps none but those requested.
  explicit FilmSelection(std::int64_t every_episodes) : every_episodes_(every_episodes) {}

  // Also selects all pictures while the spectator watches. `spectator` must outlive this object.
  // There may be several.
  void ShowTo(const Spectator& spectator) { spectators_.push_back(&spectator); }
  // Keeps the next episode that begins, whatever its number.
  void KeepNext() { requested_ = true; }

  // The pictures to take in the next window.
  Pictures Wanted() const;
  // Whether someone who watches wants to see what the agent thinks.
  bool WantsMoments() const;

  // An episode begins in the first environment with this step, after `episodes` have ended in all.
  // Besides those requested, keeps the first, and then the first to begin after every
  // `every_episodes` episodes: with one environment, one in as many.
  void BeginEpisode(std::int64_t first_step, std::int64_t episodes);

  // Of the episode in progress.
  std::int64_t first_step() const { return first_step_; }
  bool kept() const { return kept_; }
  // Whether its pictures are shown to anyone.
  bool shown() const { return kept_ || Watched(); }

  void VisitRecord(State& state, std::int64_t episodes);

 private:
  bool Watched() const;

  const std::int64_t every_episodes_;
  std::vector<const Spectator*> spectators_;
  std::int64_t first_step_ = 0;
  bool kept_ = false;
  bool requested_ = false;
  std::int64_t kept_after_ = -1;  // episodes that had ended when the last one kept began
};

}  // namespace arcadeq
