#include "evaluate/player.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/safetensors.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/env_config.h"
#include "evaluate/evaluation.h"
#include "evaluate/weights.h"
#include "loss/loss.h"
#include "nn/network.h"
#include "picture/moment.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<Network> NetworkOf(const Config& config) {
  const auto env = MakeEnv(config.env, RandomStream(1, "env"));
  return config.agent.MakeQNetwork(env->spec().frame, static_cast<int>(config.env.stack),
                                   env->spec().num_actions());
}

void WriteWeights(const std::filesystem::path& file, const Config& config, const Network& network,
                  const Network::Parameters& parameters) {
  WriteFileAtomically(file, ExportWeights(file.string(), network, parameters,
                                          {{kGameKey, config.env.game}, {kStepKey, "0"}}));
}

void WriteInitialWeights(const std::filesystem::path& file, const Config& config) {
  const auto network = NetworkOf(config);
  const auto parameters = network->MakeParameters();
  RandomStream random(1, "init");
  network->Initialize(*parameters, random);
  WriteWeights(file, config, *network, *parameters);
}

class PlayerTest : public ::testing::Test {
 protected:
  PlayerTest() : config_(LoadPreset("cartpole")), weights_(directory_ / "initial.safetensors") {
    WriteInitialWeights(weights_, config_);
  }

  std::vector<double> Scores(int envs, std::int64_t threads, int games) {
    config_.train.threads = threads;
    std::vector<double> scores;
    for (const EpisodeResult& game : Player(config_, weights_, 1, envs).Play(games, 0.3)) {
      EXPECT_EQ(game.raw_return, static_cast<double>(game.steps));  // CartPole pays 1 a step
      scores.push_back(game.raw_return);
    }
    return scores;
  }

  TemporaryDirectory directory_;
  Config config_;
  std::filesystem::path weights_;
};

TEST_F(PlayerTest, LaterCallsPlayTheSameGames) {
  Player player(config_, weights_, 1, 2);
  const auto scores = [&player](int games) {
    std::vector<double> returns;
    for (const EpisodeResult& game : player.Play(games, 0.3)) returns.push_back(game.raw_return);
    return returns;
  };
  const auto first = scores(6);
  EXPECT_EQ(scores(6), first);
  EXPECT_EQ(scores(3), std::vector(first.begin(), first.begin() + 3));
}

// Results are equal for any number of environments and threads, in games of each kind and with both
// scalar and distributional values.
class PlayerGames : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(PlayerGames, DependOnTheSeedAndTheirNumberAlone) {
  const auto& [game, loss] = GetParam();
  Config config = LoadPreset(DefaultPreset(game));
  config.env.game = game;
  config.env.max_frames = 400;
  config.agent.network.hidden = 32;
  config.agent.loss = LossChoice(loss);
  const TemporaryDirectory directory;
  const std::filesystem::path weights = directory / "initial.safetensors";
  WriteInitialWeights(weights, config);

  const auto play = [&](int envs, std::int64_t threads) {
    config.train.threads = threads;
    std::vector<std::tuple<double, std::int64_t, std::int64_t, bool>> games;
    for (const EpisodeResult& result : Player(config, weights, 1, envs).Play(12, 0.3)) {
      games.emplace_back(result.raw_return, result.steps, result.frames, result.truncated);
    }
    return games;
  };
  const auto expected = play(1, 1);
  ASSERT_EQ(expected.size(), 12u);
  EXPECT_GT(std::set(expected.begin(), expected.end()).size(), 1u) << "all games are the same";
  for (const int envs : {1, 3, 8, 64}) {
    for (const std::int64_t threads : {1, 2}) {
      EXPECT_EQ(play(envs, threads), expected)
          << envs << " environments, " << threads << " threads";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Player, PlayerGames,
                         ::testing::Values(std::pair("space_invaders", "squared"),
                                           std::pair("breakout", "squared"),
                                           std::pair("catch", "huber"),
                                           std::pair("catch", "hl_gauss"),
                                           std::pair("cartpole", "huber")));

TEST_F(PlayerTest, WarnsOfADeadNetwork) {
  const auto network = NetworkOf(config_);
  const std::filesystem::path zeros = directory_ / "zeros.safetensors";
  WriteWeights(zeros, config_, *network, *network->MakeParameters());
  const auto warnings = [&](int envs, int games, double epsilon) {
    Player player(config_, zeros, 1, envs);
    return Evaluate(player, games, epsilon).warnings;
  };
  EXPECT_THAT(warnings(1, 20, 0), ElementsAre(HasSubstr("greedy decisions were")));
  EXPECT_THAT(warnings(3, 20, 0.5), ElementsAre(HasSubstr("greedy decisions were")));
  EXPECT_THAT(warnings(1, 2, 0), IsEmpty()) << "too few decisions to tell";
  EXPECT_THAT(warnings(1, 20, 1), IsEmpty()) << "random actions do not count";
}

TEST_F(PlayerTest, CountsTheGreedyActions) {
  Player player(config_, weights_, 1, 3);
  EXPECT_THAT(player.GreedyCounts(), ElementsAre(0, 0));
  std::int64_t steps = 0;
  for (const EpisodeResult& game : player.Play(9, 0)) steps += game.steps;
  EXPECT_EQ(player.GreedyCounts()[0] + player.GreedyCounts()[1], steps);
}

TEST_F(PlayerTest, NoticesEveryFlippedBitOfTheValues) {
  std::ifstream in(weights_, std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  const std::filesystem::path damaged = directory_ / "damaged.safetensors";
  for (std::size_t i = 1; i <= 200; ++i) {
    std::string content = good;
    content[content.size() - i * 7] ^= static_cast<char>(1 << i % 8);
    std::ofstream(damaged, std::ios::binary) << content;
    EXPECT_THROW(Player(config_, damaged, 1), UserError) << i * 7 << " bytes before the end";
  }
}

// The files have no hash, like another program's.
TEST_F(PlayerTest, RefusesWeightsThatAreNotFinite) {
  const SafetensorsFile good = ReadSafetensors(weights_);
  const std::filesystem::path bad = directory_ / "bad.safetensors";
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    for (const auto& [name, tensor] : good.tensors) {
      SafetensorsFile changed = good;
      changed.tensors[name].values.back() = value;
      std::vector<TensorView> views;
      for (const auto& [each, kept] : changed.tensors) {
        views.push_back({each, kept.shape, kept.values});
      }
      WriteSafetensors(bad, views, {});
      EXPECT_THAT(RefusalOf([&] { Player(config_, bad, 1); }),
                  AllOf(HasSubstr("bad.safetensors: tensor " + name + " holds"),
                        HasSubstr("not a finite number")));
    }
  }
}

TEST_F(PlayerTest, ReportsEveryGameOnce) {
  for (const std::int64_t threads : {1, 2}) {
    config_.train.threads = threads;
    std::multiset<double> reported, returned;
    const auto games =
        Player(config_, weights_, 1, 4).Play(10, 0.3, [&](const EpisodeResult& game) {
          reported.insert(game.raw_return);
        });
    for (const EpisodeResult& game : games) returned.insert(game.raw_return);
    EXPECT_EQ(returned.size(), 10u);
    EXPECT_EQ(reported, returned);
  }
}

// Whatever the number of environments, and also after other games.
TEST_F(PlayerTest, PlaysEachGameStepByStepAsAmongOthers) {
  const auto expected = Player(config_, weights_, 1).Play(5, 0.3);
  for (const int envs : {1, 3}) {
    Player player(config_, weights_, 1, envs);
    for (const std::int64_t number : {4, 0, 2}) {
      Player::Game game = player.Begin(number);
      EXPECT_FALSE(game.over());
      while (!game.over()) {
        const Moment moment = game.Describe();
        EXPECT_EQ(moment.step, game.result().steps);
        EXPECT_EQ(moment.values.size(), moment.actions.size());
        game.Step(game.Choose(0.3));
      }
      const EpisodeResult& result = expected[static_cast<std::size_t>(number)];
      EXPECT_EQ(game.result().raw_return, result.raw_return);
      EXPECT_EQ(game.result().steps, result.steps);
      EXPECT_EQ(game.result().frames, result.frames);
      EXPECT_EQ(game.result().truncated, result.truncated);
    }
  }
}

TEST_F(PlayerTest, PlaysFewerGamesThanThereAreEnvironments) {
  EXPECT_EQ(Scores(5, 2, 2), Scores(1, 1, 2));
}

}  // namespace
}  // namespace arcadeq
