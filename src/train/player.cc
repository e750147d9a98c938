#include "train/player.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/epsilon_greedy.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "env/env.h"
#include "nn/network.h"
#include "train/config.h"
#include "train/stacked_env.h"
#include "train/weights.h"

namespace arcadeq {

Player::Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed,
               int envs)
    : Player(config, seed, envs) {
  LoadWeights(weights, config.env.game, *network_, *parameters_);
}

Player::Player(const Config& config, std::uint64_t seed, int envs)
    : Player(config, seed, MakeStackedEnvs(config.env, seed, "player/env", envs)) {}

Player::Player(const Config& config, std::uint64_t seed, std::vector<StackedEnv> envs)
    : seed_(seed),
      envs_(static_cast<int>(envs.size())),
      new_env_(envs.front().env().SaveState()),
      pool_(config.train.ThreadCount()),
      loss_(config.agent.loss.Make()),
      network_(
          MakeNetwork(config.agent.network, {.frame = envs.front().env().spec().frame,
                                             .stack = static_cast<int>(config.env.stack),
                                             .actions = envs.front().env().spec().num_actions(),
                                             .atoms = loss_->atoms()})),
      parameters_(network_->MakeParameters()) {
  int first = 0;
  for (auto& group : SplitIntoGroups(std::move(envs), pool_.threads())) {
    const int count = static_cast<int>(group.size());
    groups_.push_back(
        {first, std::move(group),
         EpsilonGreedy(*network_, *loss_, SplitStreams(seed, "player/policy", first, count))});
    first += count;
  }
}

// Both networks have the same architecture, but only the network that made parameters can read
// them.
void Player::Use(const Network& network, const Network::Parameters& parameters) {
  network_->Import(network.Export(parameters), *parameters_);
}

std::vector<EpisodeResult> Player::Play(int games, double epsilon, const Show& show,
                                        const GameEnded& game_ended) {
  assert(!show || envs_ == 1);
  std::vector<EpisodeResult> results(static_cast<std::size_t>(games));
  std::mutex mutex;
  const GameEnded one_at_a_time = [&](const EpisodeResult& game) {
    if (!game_ended) return;
    const std::lock_guard lock(mutex);
    game_ended(game);
  };
  if (groups_.size() == 1) {
    PlayGames(groups_.front(), epsilon, show, one_at_a_time, pool_, results);
    return results;
  }
  ThreadPool alone(1);
  const auto play = [&](int group) {
    PlayGames(groups_[static_cast<std::size_t>(group)], epsilon, show, one_at_a_time, alone,
              results);
  };
  pool_.Start(static_cast<int>(groups_.size()), play).Finish();
  return results;
}

std::vector<std::int64_t> Player::GreedyCounts() const {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(network_->shape().actions));
  for (const Group& group : groups_) {
    std::ranges::transform(counts, group.policy.greedy_counts(), counts.begin(), std::plus());
  }
  return counts;
}

const std::string& Player::ActionName(int action) const {
  const EnvSpec& spec = groups_.front().envs.front().env().spec();
  return spec.action_names[static_cast<std::size_t>(action)];
}

int Player::BeginGame(Group& group, int env, std::size_t game) const {
  const auto number = static_cast<std::int64_t>(game);
  StackedEnv& stacked = group.envs[static_cast<std::size_t>(env)];
  stacked.env().RestoreState(new_env_);
  stacked.env().Reseed(NumberedStream(seed_, "player/env", number));
  group.policy.random()[static_cast<std::size_t>(env)] =
      NumberedStream(seed_, "player/policy", number);
  return stacked.Reset();
}

void Player::PlayGames(Group& group, double epsilon, const Show& show, const GameEnded& game_ended,
                       ThreadPool& pool, std::span<EpisodeResult> results) const {
  // The environments of the group that still play, and their games.
  std::vector<int> playing;
  std::vector<std::size_t> games;
  const auto begin = [&](int env, std::size_t game) {
    results[game].frames = BeginGame(group, env, game);
    StackedEnv& stacked = group.envs[static_cast<std::size_t>(env)];
    if (show) show(stacked.env().screen(), 1 / stacked.env().spec().frames_per_second);
  };
  for (int env = 0; env < static_cast<int>(group.envs.size()); ++env) {
    const auto game = static_cast<std::size_t>(group.first_env) + static_cast<std::size_t>(env);
    if (game >= results.size()) break;
    playing.push_back(env);
    games.push_back(game);
    begin(env, game);
  }
  std::vector<StackView> observations;
  std::vector<std::int32_t> actions(group.envs.size());
  const std::vector<double> epsilons(group.envs.size(), epsilon);
  while (!playing.empty()) {
    observations.clear();
    for (int env : playing) {
      observations.push_back(group.envs[static_cast<std::size_t>(env)].observation());
    }
    group.policy.Act(*parameters_, playing, observations, epsilons, pool, actions);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < playing.size(); ++i) {
      StackedEnv& stacked = group.envs[static_cast<std::size_t>(playing[i])];
      const StepResult result = stacked.Step(actions[i]);
      if (show)
        show(stacked.env().screen(), result.frames / stacked.env().spec().frames_per_second);
      EpisodeResult& episode = results[games[i]];
      episode.raw_return += result.raw_reward;
      episode.frames += result.frames;
      ++episode.steps;
      if (result.done()) {
        episode.truncated = result.truncated;
        game_ended(episode);
        games[i] += static_cast<std::size_t>(envs_);
        if (games[i] >= results.size()) continue;
        begin(playing[i], games[i]);
      }
      playing[kept] = playing[i];
      games[kept++] = games[i];
    }
    playing.resize(kept);
    games.resize(kept);
  }
}

}  // namespace arcadeq
