#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace arcadeq {

// What others report of Atari games, named as their ROMs are (space_invaders). All are raw scores
// of whole games.

struct HumanScore {
  std::string_view game;
  double random;
  double human;

  // (score - random) / (human - random): 0 is random play, 1 a human's.
  double Normalise(double score) const { return (score - random) / (human - random); }
};

// The 57 games that are usually reported, by name.
std::span<const HumanScore> HumanScores();
// Null for any other game.
const HumanScore* FindHumanScore(std::string_view game);

// A published score of an algorithm, and the number of emulator frames it was trained for.
struct PublishedScore {
  std::string_view game;
  std::string_view algorithm;
  std::string_view source;  // the implementation, and how it was evaluated
  std::int64_t frames;
  double score;
};

// All of the game, those of an algorithm and source together, by ascending frames.
std::vector<PublishedScore> PublishedScoresOf(std::string_view game);

// Those for the game at about `frames`, which differ from it by 25 % at most. Scores of another
// number of frames say little: most of them grow with it.
std::vector<PublishedScore> PublishedScoresAt(std::string_view game, std::int64_t frames);

}  // namespace arcadeq
