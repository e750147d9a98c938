#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "evaluate/player.h"

namespace arcadeq {

struct Evaluation {
  std::vector<EpisodeResult> games;  // in order
  // Of all games.
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t truncated = 0;  // games cut short by a limit
  std::vector<std::string> warnings;

  // The raw scores of the games, in order.
  std::vector<double> Scores() const;
};

// Plays `episodes` games, as Player::Play() does. Warns if the network is dead, that is, if it
// preferred the same action in all of at least 100 greedy decisions.
Evaluation Evaluate(Player& player, int episodes, double epsilon,
                    const Player::GameEnded& game_ended = nullptr,
                    const std::atomic<bool>* stop = nullptr);

}  // namespace arcadeq
