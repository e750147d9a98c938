#include "evaluate/evaluation.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "evaluate/player.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kMinDecisions = 100;

void WarnOfADeadNetwork(const Player& player, std::vector<std::string>& warnings) {
  const std::vector<std::int64_t> counts = player.GreedyCounts();
  const std::int64_t decisions = std::reduce(counts.begin(), counts.end());
  const auto most = std::ranges::max_element(counts);
  if (decisions < kMinDecisions || *most < decisions) return;
  warnings.push_back(
      fmt::format("the network is dead: all {} greedy decisions were {}, whatever the "
                  "observation; try a lower optimizer.learning_rate, or train longer",
                  decisions, player.ActionName(static_cast<int>(most - counts.begin()))));
}

}  // namespace

std::vector<double> Evaluation::Scores() const {
  std::vector<double> scores;
  scores.reserve(games.size());
  for (const EpisodeResult& game : games) scores.push_back(game.raw_return);
  return scores;
}

Evaluation Evaluate(Player& player, int episodes, double epsilon,
                    const Player::GameEnded& game_ended, const std::atomic<bool>* stop) {
  Evaluation evaluation;
  evaluation.games = player.Play(episodes, epsilon, game_ended, stop);
  for (const EpisodeResult& episode : evaluation.games) {
    evaluation.steps += episode.steps;
    evaluation.frames += episode.frames;
    evaluation.truncated += episode.truncated;
  }
  WarnOfADeadNetwork(player, evaluation.warnings);
  return evaluation;
}

}  // namespace arcadeq
