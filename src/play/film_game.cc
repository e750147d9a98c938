#include "play/film_game.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "evaluate/player.h"
#include "film/film_writer.h"
#include "picture/image.h"
#include "picture/moment.h"
#include "picture/overlay.h"

namespace arcadeq {

EpisodeResult FilmGame(Player& player, std::int64_t number, double epsilon, bool overlay,
                       FilmWriter& film, const std::atomic<bool>& stop) {
  Player::Game game = player.Begin(number);
  Overlay drawing;
  Moment moment;
  const auto add = [&] {
    const Image screen = game.Screen();
    film.Add(overlay ? drawing.Draw(screen, &moment) : screen, game.seconds());
  };
  while (!game.over() && !stop) {
    const int action = game.Choose(epsilon);
    if (overlay) {
      moment = game.Describe();
      moment.epsilon = epsilon;
      moment.taken = action;
    }
    add();
    game.Step(action);
  }
  moment.step = game.result().steps;
  moment.score = game.result().raw_return;
  add();
  return game.result();
}

std::size_t BestGame(std::span<const EpisodeResult> games) {
  return static_cast<std::size_t>(std::ranges::max_element(games, {}, &EpisodeResult::raw_return) -
                                  games.begin());
}

std::size_t MedianGame(std::span<const EpisodeResult> games) {
  std::vector<std::size_t> order(games.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&games](std::size_t i) { return games[i].raw_return; });
  const double median = games[order[(games.size() - 1) / 2]].raw_return;
  return static_cast<std::size_t>(std::ranges::find(games, median, &EpisodeResult::raw_return) -
                                  games.begin());
}

}  // namespace arcadeq
