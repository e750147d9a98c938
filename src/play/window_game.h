#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "evaluate/player.h"
#include "window/remote_window.h"

namespace arcadeq {

// How games are played in a window.
struct WindowGames {
  std::int64_t first = 0;  // number of the first game
  std::int64_t count = 0;  // 0: no limit
  double epsilon = 0;
  bool overlay = false;  // at first
  bool human = false;    // a person plays, and the agent only thinks
};

// A game that has ended, or that the user has ended.
struct GameReport {
  std::int64_t number = 0;
  bool over = false;
  EpisodeResult result;
  std::optional<EpisodeResult> agents;  // if a person played: what the agent makes of the same game
};

// Plays games in the window at their real speed, as the keys ask (see Controls), until there are
// `count` of them, the user quits, or `stop` becomes true. Throws UserError if the window is lost.
void PlayInWindow(Player& player, RemoteWindow& window, const WindowGames& games,
                  const std::function<void(const GameReport&)>& report,
                  const std::atomic<bool>& stop);

}  // namespace arcadeq
