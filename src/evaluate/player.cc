#include "evaluate/player.h"

#include <algorithm>
#include <atomic>
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
#include "agent/insight.h"
#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "config/config.h"
#include "env/env.h"
#include "evaluate/env_moment.h"
#include "evaluate/stacked_env.h"
#include "evaluate/weights.h"
#include "nn/network.h"
#include "picture/moment.h"

namespace arcadeq {

Player::Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed,
               int envs)
    : Player(config, seed, envs) {
  weights_step_ = LoadWeights(weights, config.env.game, *network_, *parameters_);
}

Player::Player(const Config& config, std::uint64_t seed, int envs)
    : Player(config, seed, MakeStackedEnvs(config.env, seed, "player/env", envs)) {}

Player::Player(const Config& config, std::uint64_t seed, std::vector<StackedEnv> envs)
    : seed_(seed),
      envs_(static_cast<int>(envs.size())),
      new_env_(envs.front().env().SaveState()),
      pool_(config.train.ThreadCount()),
      loss_(config.agent.loss.Make()),
      network_(config.agent.MakeQNetwork(envs.front().env().spec().frame,
                                         static_cast<int>(config.env.stack),
                                         envs.front().env().spec().num_actions())),
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

std::vector<EpisodeResult> Player::Play(int games, double epsilon, const GameEnded& game_ended,
                                        const std::atomic<bool>* stop) {
  std::vector<EpisodeResult> results(static_cast<std::size_t>(games));
  std::mutex mutex;
  const GameEnded one_at_a_time = [&](const EpisodeResult& game) {
    if (!game_ended) return;
    const std::lock_guard lock(mutex);
    game_ended(game);
  };
  if (groups_.size() == 1) {
    PlayGames(groups_.front(), epsilon, one_at_a_time, stop, pool_, results);
    return results;
  }
  ThreadPool alone(1);
  const auto play = [&](int group) {
    PlayGames(groups_[static_cast<std::size_t>(group)], epsilon, one_at_a_time, stop, alone,
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

Player::Game Player::Begin(std::int64_t number) {
  return {*this, number};
}

int Player::BeginGame(Group& group, int env, std::int64_t game) const {
  StackedEnv& stacked = group.envs[static_cast<std::size_t>(env)];
  stacked.env().RestoreState(new_env_);
  stacked.env().Reseed(NumberedStream(seed_, "player/env", game));
  group.policy.random()[static_cast<std::size_t>(env)] =
      NumberedStream(seed_, "player/policy", game);
  return stacked.Reset();
}

void Player::PlayGames(Group& group, double epsilon, const GameEnded& game_ended,
                       const std::atomic<bool>* stop, ThreadPool& pool,
                       std::span<EpisodeResult> results) const {
  // The environments of the group that still play, and their games.
  std::vector<int> playing;
  std::vector<std::size_t> games;
  const auto begin = [&](int env, std::size_t game) {
    results[game].frames = BeginGame(group, env, static_cast<std::int64_t>(game));
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
  const auto stopped = [stop] { return stop != nullptr && stop->load(std::memory_order_relaxed); };
  while (!playing.empty() && !stopped()) {
    observations.clear();
    for (int env : playing) {
      observations.push_back(group.envs[static_cast<std::size_t>(env)].observation());
    }
    group.policy.Act(*parameters_, playing, observations, epsilons, pool, actions);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < playing.size(); ++i) {
      StackedEnv& stacked = group.envs[static_cast<std::size_t>(playing[i])];
      const StepResult result = stacked.Step(actions[i]);
      EpisodeResult& episode = results[games[i]];
      episode.Add(result);
      if (result.done()) {
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

Player::Game::Game(Player& player, std::int64_t number) : player_(player) {
  result_.frames = player_.BeginGame(player_.groups_.front(), 0, number);
  seconds_ = 1 / spec().frames_per_second;
}

int Player::Game::Choose(double epsilon) {
  const int environment = 0;
  const StackView observation = stacked().observation();
  std::int32_t action = 0;
  player_.groups_.front().policy.Act(*player_.parameters_, {&environment, 1}, {&observation, 1},
                                     {&epsilon, 1}, player_.pool_, {&action, 1});
  return action;
}

Moment Player::Game::Describe() {
  if (!player_.insights_) player_.insights_.emplace(*player_.network_, *player_.loss_);
  Moment moment = MakeMoment(
      stacked(),
      player_.insights_->Read(*player_.parameters_, stacked().observation(), player_.pool_));
  moment.step = result_.steps;
  moment.score = result_.raw_return;
  return moment;
}

void Player::Game::Step(int action) {
  const StepResult step = stacked().Step(action);
  result_.Add(step);
  seconds_ = step.frames / spec().frames_per_second;
  over_ = step.done();
}

}  // namespace arcadeq
