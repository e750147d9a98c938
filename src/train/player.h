#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/epsilon_greedy.h"
#include "base/thread_pool.h"
#include "env/env.h"
#include "loss/loss.h"
#include "nn/network.h"
#include "train/config.h"
#include "train/stacked_env.h"

namespace arcadeq {

struct EpisodeResult {
  double raw_return = 0;  // the game's score
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  bool truncated = false;
};

// Plays whole games with fixed weights, for evaluation and videos.
class Player {
 public:
  // Called at the start and after each step, with the screen and how long it is shown.
  using Show = std::function<void(const ScreenView& screen, double seconds)>;
  // Called after each game, on the thread that played it, never twice at once.
  using GameEnded = std::function<void(const EpisodeResult& game)>;

  // Plays games in `envs` environments at once. The random streams of a game and of its policy
  // derive from the seed and the game's number, and are not those of any training run: a game
  // depends neither on the other games nor on the environment that plays it. Throws UserError if
  // the weights or the game cannot be loaded.
  Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed,
         int envs = 1);
  // Has no weights yet: call Use() before Play().
  Player(const Config& config, std::uint64_t seed, int envs);

  // From now on plays with a copy of these parameters. `network` must have the same settings.
  void Use(const Network& network, const Network::Parameters& parameters);

  // Plays the games 0 to `games` - 1, game i in environment i % envs, and returns their results in
  // this order. Every call plays the same games. Epsilon 1 is the random policy. `show` requires a
  // single environment.
  std::vector<EpisodeResult> Play(int games, double epsilon, const Show& show = nullptr,
                                  const GameEnded& game_ended = nullptr);

  // How often each action was chosen greedily, over all games so far.
  std::vector<std::int64_t> GreedyCounts() const;
  const std::string& ActionName(int action) const;

 private:
  // Environments that play in lockstep, with one pass of the network for all of them.
  struct Group {
    int first_env;
    std::vector<StackedEnv> envs;
    EpsilonGreedy policy;
  };

  Player(const Config& config, std::uint64_t seed, std::vector<StackedEnv> envs);
  // Prepares an environment of the group and its policy for a game. Returns the number of frames
  // until the first decision.
  int BeginGame(Group& group, int env, std::size_t game) const;
  // Plays the group's games and stores the result of game i in results[i].
  void PlayGames(Group& group, double epsilon, const Show& show, const GameEnded& game_ended,
                 ThreadPool& pool, std::span<EpisodeResult> results) const;

  std::uint64_t seed_;
  int envs_;
  std::string new_env_;  // the state that each game starts from
  ThreadPool pool_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<Network::Parameters> parameters_;
  std::vector<Group> groups_;
};

}  // namespace arcadeq
