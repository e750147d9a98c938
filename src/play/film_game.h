#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "evaluate/player.h"
#include "film/film_writer.h"

namespace arcadeq {

// Plays a game into a film, which the caller closes; with an overlay of what the agent thinks if
// `overlay`. Ends early once `stop` is true.
EpisodeResult FilmGame(Player& player, std::int64_t number, double epsilon, bool overlay,
                       FilmWriter& film, const std::atomic<bool>& stop);

// The game with the highest score, the first of several.
std::size_t BestGame(std::span<const EpisodeResult> games);
// The game with the median score: as many games lie above it as below or, of an even number, one
// more lies above. The first of several.
std::size_t MedianGame(std::span<const EpisodeResult> games);

}  // namespace arcadeq
