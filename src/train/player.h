#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/actor.h"
#include "base/thread_pool.h"
#include "env/env.h"
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

  // Games are played in `envs` environments at once. The seed drives them and the policy apart from
  // any training run's. Throws UserError if the weights or the game cannot be loaded.
  Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed,
         int envs = 1);

  // Plays `games` games, game i in environment i % envs, and returns their results in this order:
  // which games count does not depend on how long they take. Epsilon 1 is the random policy. `show`
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
    Actor actor;
  };

  Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed,
         std::vector<StackedEnv> envs);
  // results[i] belongs to game i, of environment i % envs.
  void PlayGames(Group& group, double epsilon, const Show& show, ThreadPool& pool,
                 std::span<EpisodeResult> results) const;

  int envs_;
  ThreadPool pool_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<Network::Parameters> parameters_;
  std::vector<Group> groups_;
};

}  // namespace arcadeq
