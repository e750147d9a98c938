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

// Plays whole games with fixed weights, without learning: for evaluation and for videos.
class Player {
 public:
  // Called with the screen at the start and after each step, and the seconds that it is on show.
  using Show = std::function<void(const ScreenView& screen, double seconds)>;

  // Games are played in `envs` environments at once. Everything random in a game, and in the policy
  // that plays it, comes from the seed and the game's number, apart from any training run's: what
  // becomes of it depends neither on the other games nor on the environment that it is played in.
  // Throws UserError if the weights or the game cannot be loaded.
  Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed,
         int envs = 1);
  // Without weights: Use() comes before Play().
  Player(const Config& config, std::uint64_t seed, int envs);

  // Plays with a copy of these parameters from now on, of a network of the same settings.
  void Use(const Network& network, const Network::Parameters& parameters);

  // Plays games 0 to `games` - 1, game i in environment i % envs, and returns their results in this
  // order; a later call plays the same games. Epsilon 1 is the random policy. `show`
  // may be given with one environment only.
  std::vector<EpisodeResult> Play(int games, double epsilon, const Show& show = nullptr);

  // How often each action was the greedy one, in all games so far.
  std::vector<std::int64_t> GreedyCounts() const;
  const std::string& ActionName(int action) const;

 private:
  // Environments played in step with each other, with one pass of the network for all of them.
  struct Group {
    int first_env;
    std::vector<StackedEnv> envs;
    EpsilonGreedy policy;
  };

  Player(const Config& config, std::uint64_t seed, std::vector<StackedEnv> envs);
  // Makes an environment of the group, and the policy in it, ready for a game; returns the frames
  // that its start took.
  int BeginGame(Group& group, int env, std::size_t game) const;
  // results[i] belongs to game i, of environment i % envs.
  void PlayGames(Group& group, double epsilon, const Show& show, ThreadPool& pool,
                 std::span<EpisodeResult> results) const;

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
