#include "train/player.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/testing/temporary_directory.h"
#include "train/evaluation.h"
#include "train/preset.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Weights as they are drawn: what is played with them is neither good nor bad.
class PlayerTest : public ::testing::Test {
 protected:
  PlayerTest() : config_(LoadPreset("cartpole")) {
    const RunDirectory run = RunDirectory::Create(directory_ / "run", Declare(config_));
    const auto env = MakeEnv(config_.env, RandomStream(1, "env"));
    const auto network =
        MakeNetwork(config_.network, {env->spec().frame, 1, env->spec().num_actions()});
    const auto parameters = network->MakeParameters();
    RandomStream random(1, "init");
    network->Initialize(*parameters, random);
    weights_ = run.WriteWeights(*network, *parameters, 0, 0);
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

TEST_F(PlayerTest, PlaysTheSameGamesOnAnyNumberOfThreads) {
  for (int envs : {1, 3, 5}) {
    const auto one = Scores(envs, 1, 12);
    ASSERT_EQ(one.size(), 12u);
    for (std::int64_t threads : {2, 4}) EXPECT_EQ(Scores(envs, threads, 12), one);
  }
}

TEST_F(PlayerTest, EachEnvironmentPlaysItsOwnGamesWhateverTheOthersDo) {
  const auto three = Scores(3, 2, 9);
  const auto alone = Scores(1, 1, 3);
  for (int game = 0; game < 3; ++game) EXPECT_EQ(three[3 * game], alone[game]);
  const auto two = Scores(2, 2, 6);
  for (int game = 0; game < 3; ++game) EXPECT_EQ(three[3 * game + 1], two[2 * game + 1]);
}

TEST_F(PlayerTest, WarnsOfADeadNetwork) {
  const RunDirectory run = RunDirectory::Open(directory_ / "run");
  const auto env = MakeEnv(config_.env, RandomStream(1, "env"));
  const auto network =
      MakeNetwork(config_.network, {env->spec().frame, 1, env->spec().num_actions()});
  const auto zeros = network->MakeParameters();
  const auto warnings = [&](int envs, int games, double epsilon) {
    Player player(config_, run.WriteWeights(*network, *zeros, 1, 0), 1, envs);
    return Evaluate(player, games, epsilon).warnings;
  };
  EXPECT_THAT(warnings(1, 20, 0), ElementsAre(HasSubstr("greedy decisions it preferred")));
  EXPECT_THAT(warnings(3, 20, 0.5), ElementsAre(HasSubstr("greedy decisions it preferred")));
  EXPECT_THAT(warnings(1, 2, 0), IsEmpty()) << "of too few decisions nothing follows";
  EXPECT_THAT(warnings(1, 20, 1), IsEmpty()) << "random actions are not the network's";
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

TEST_F(PlayerTest, PlaysFewerGamesThanThereAreEnvironments) {
  EXPECT_EQ(Scores(5, 2, 2), Scores(2, 1, 2));
}

}  // namespace
}  // namespace arcadeq
