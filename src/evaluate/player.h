#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/epsilon_greedy.h"
#include "agent/insight.h"
#include "base/thread_pool.h"
#include "config/config.h"
#include "env/env.h"
#include "evaluate/env_moment.h"
#include "evaluate/stacked_env.h"
#include "loss/loss.h"
#include "nn/network.h"
#include "picture/image.h"
#include "picture/moment.h"

namespace arcadeq {

struct EpisodeResult {
  double raw_return = 0;  // the game's score
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  bool truncated = false;

  void Add(const StepResult& step) {
    raw_return += step.raw_reward;
    frames += step.frames;
    ++steps;
    truncated = step.truncated;
  }
};

// Plays whole games with fixed weights.
class Player {
 public:
  class Game;
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
  // this order. Every call plays the same games. Epsilon 1 is the random policy. If `stop` becomes
  // true, returns soon, with games that have not been played to their ends.
  std::vector<EpisodeResult> Play(int games, double epsilon, const GameEnded& game_ended = nullptr,
                                  const std::atomic<bool>* stop = nullptr);
  // Begins game `number`, to be played step by step. The game ends when the next one begins or
  // Play() is called; the player must outlive it.
  Game Begin(std::int64_t number);

  // The step at which the loaded weights were written, if their file states it.
  std::optional<std::int64_t> weights_step() const { return weights_step_; }
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
  int BeginGame(Group& group, int env, std::int64_t game) const;
  // Plays the group's games and stores the result of game i in results[i].
  void PlayGames(Group& group, double epsilon, const GameEnded& game_ended,
                 const std::atomic<bool>* stop, ThreadPool& pool,
                 std::span<EpisodeResult> results) const;

  std::uint64_t seed_;
  int envs_;
  std::string new_env_;  // the state that each game starts from
  ThreadPool pool_;
  std::unique_ptr<Loss> loss_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<Network::Parameters> parameters_;
  std::optional<std::int64_t> weights_step_;
  std::vector<Group> groups_;
  std::optional<InsightReader> insights_;  // once someone has wanted to see them
};

// One of a player's games, step by step. With the actions of Choose() it is the game that Play()
// plays.
class Player::Game {
 public:
  bool over() const { return over_; }
  const EpisodeResult& result() const { return result_; }  // so far
  const EnvSpec& spec() const { return env().spec(); }
  Image Screen() { return MakeImage(env().screen()); }
  // How long the screen is shown at the game's own speed.
  double seconds() const { return seconds_; }

  // The agent's action, random with probability epsilon. Call once per step.
  int Choose(double epsilon);
  // What the player sees, and what the agent thinks of it.
  Moment Describe();
  void Step(int action);

 private:
  friend class Player;
  Game(Player& player, std::int64_t number);

  StackedEnv& stacked() { return player_.groups_.front().envs.front(); }
  Env& env() const { return player_.groups_.front().envs.front().env(); }

  Player& player_;
  EpisodeResult result_;
  double seconds_;
  bool over_ = false;
};

}  // namespace arcadeq
