#include "train/film_selection.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/state.h"
#include "record/spectator.h"
#include "train/rollout_worker.h"

namespace arcadeq {

Pictures FilmSelection::Wanted() const {
  if (shown()) return Pictures::kAll;
  return every_episodes_ > 0 || requested_ ? Pictures::kOfNewEpisodes : Pictures::kNone;
}

bool FilmSelection::WantsMoments() const {
  return std::ranges::any_of(
      spectators_, [](const Spectator* each) { return each->watches && each->wants_moments; });
}

bool FilmSelection::Watched() const {
  return std::ranges::any_of(spectators_,
                             [](const Spectator* each) { return each->watches.load(); });
}

void FilmSelection::BeginEpisode(std::int64_t first_step, std::int64_t episodes) {
  first_step_ = first_step;
  kept_ = every_episodes_ > 0 &&
          (kept_after_ < 0 || episodes / every_episodes_ > kept_after_ / every_episodes_);
  if (kept_) kept_after_ = episodes;
  kept_ |= std::exchange(requested_, false);
}

void FilmSelection::VisitRecord(State& state, std::int64_t episodes) {
  state.Value("film_kept_after", kept_after_);
  if (kept_after_ < -1 || kept_after_ > episodes) {
    state.Refuse("film_kept_after", "not an episode that has begun");
  }
}

}  // namespace arcadeq
