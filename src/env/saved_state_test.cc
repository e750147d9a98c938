// An environment restored from bytes continues like the one that saved them.

#include "env/saved_state.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/testing/refusal.h"
#include "env/env.h"
#include "env/env_config.h"
#include "env/environments.h"
#include "env/rom.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

// Everything observable about a step.
struct Moment {
  int reset_frames = 0;  // if an episode ended
  StepResult result;
  std::vector<std::uint8_t> frame;
  std::vector<std::uint8_t> screen;

  bool operator==(const Moment& other) const {
    const StepResult &a = result, &b = other.result;
    return reset_frames == other.reset_frames && a.reward == b.reward &&
           a.raw_reward == b.raw_reward && a.terminated == b.terminated &&
           a.truncated == b.truncated && a.life_lost == b.life_lost && a.frames == b.frames &&
           frame == other.frame && screen == other.screen;
  }
};

Moment Look(Env& env) {
  Moment moment;
  moment.frame.assign(env.frame().begin(), env.frame().end());
  const ScreenView screen = env.screen();
  moment.screen.assign(screen.pixels.begin(), screen.pixels.end());
  return moment;
}

std::vector<Moment> Play(Env& env, int steps, RandomStream& policy) {
  std::vector<Moment> play = {Look(env)};
  for (int i = 0; i < steps; ++i) {
    const StepResult result = env.Step(policy.Between(0, env.spec().num_actions() - 1));
    const int reset_frames = result.done() ? env.Reset() : 0;
    play.push_back(Look(env));
    play.back().result = result;
    play.back().reset_frames = reset_frames;
  }
  return play;
}

// Saves after some steps, restores into a new environment that may have played differently, and
// continues with both.
void ExpectSamePlay(const EnvConfig& config, std::uint64_t seed, int before, int after) {
  const auto env = MakeEnv(config, RandomStream(seed, "env"));
  RandomStream policy(seed, "policy");
  env->Reset();
  Play(*env, before, policy);
  const std::string state = env->SaveState();
  const RandomStream saved_policy = policy;
  const std::vector<Moment> expected = Play(*env, after, policy);

  const auto fresh = MakeEnv(config, RandomStream(seed + 1, "env"));
  if (seed % 2 == 0) {
    RandomStream other(seed, "other");
    fresh->Reset();
    Play(*fresh, before / 2, other);
  }
  fresh->RestoreState(state);
  policy = saved_policy;
  const std::vector<Moment> play = Play(*fresh, after, policy);
  for (std::size_t i = 0; i < play.size(); ++i) {
    ASSERT_TRUE(play[i] == expected[i]) << config.game << ", step " << i << " after the state";
  }
  EXPECT_TRUE(fresh->SaveState() == env->SaveState()) << config.game;
}

// Two environments, made with different streams, one of which has played, play the same game from
// the same saved state and stream.
void ExpectSameGameOnceReseeded(const EnvConfig& config, int before, int after) {
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  const std::string new_env = env->SaveState();
  RandomStream policy(1, "policy");
  env->Reset();
  Play(*env, before, policy);
  env->RestoreState(new_env);
  env->Reseed(RandomStream(2, "env"));

  const auto other = MakeEnv(config, RandomStream(3, "env"));
  other->RestoreState(new_env);
  other->Reseed(RandomStream(2, "env"));
  EXPECT_EQ(env->Reset(), other->Reset());
  RandomStream other_policy = policy;
  const std::vector<Moment> play = Play(*env, after, policy);
  const std::vector<Moment> expected = Play(*other, after, other_policy);
  for (std::size_t i = 0; i < play.size(); ++i) {
    ASSERT_TRUE(play[i] == expected[i]) << config.game << ", step " << i;
  }
}

TEST(SavedState, SmallGamesAgreeOnceReseeded) {
  for (const std::string& game : BuiltInEnvironments().names()) {
    EnvConfig config;
    config.game = game;
    ExpectSameGameOnceReseeded(config, 25, 60);
  }
}

TEST(SavedState, SmallGamesContinue) {
  for (const std::string& game : BuiltInEnvironments().names()) {
    EnvConfig config;
    config.game = game;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      ExpectSamePlay(config, seed, static_cast<int>(seed * 7 % 31), 60);
    }
  }
}

// Covers every setting that affects the state, each at several points of a game.
TEST(SavedState, SpaceInvadersContinues) {
  RandomStream random(1, "settings");
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    EnvConfig config;
    config.sticky = random.Bernoulli(0.5) ? 0.25 : 0;
    config.frame_skip = random.Bernoulli(0.5) ? IntRange{2, 4} : IntRange{4, 4};
    config.max_pool = random.Bernoulli(0.5);
    config.noop_max = random.Bernoulli(0.5) ? 30 : 0;
    config.max_frames = random.Bernoulli(0.5) ? 300 : 108000;
    config.observation = random.Bernoulli(0.5) ? "84x84" : "105x80";
    config.mode = seed % 3 == 0 ? 8 : EnvConfig::kGamesDefault;
    config.difficulty = seed % 4 == 0 ? 1 : EnvConfig::kGamesDefault;
    ExpectSamePlay(config, seed, random.Between(0, 200), random.Between(1, 100));
  }
}

// ALE keeps part of the state in game-specific code. The games are split among tests that can run
// in parallel.
constexpr std::size_t kShares = 4;
class SavedStateShare : public ::testing::TestWithParam<std::size_t> {};

std::vector<std::string> GamesForOne() {
  const std::set<std::string> not_for_one = {"combat", "joust", "maze_craze", "warlords"};
  const std::filesystem::path pong = FindRom("pong", "", StandardRomPlaces());
  std::vector<std::string> games;
  for (const auto& entry : std::filesystem::directory_iterator(pong.parent_path())) {
    const std::string game = entry.path().stem().string();
    if (entry.path().extension() == ".bin" && !not_for_one.contains(game)) games.push_back(game);
  }
  std::ranges::sort(games);
  return games;
}

TEST_P(SavedStateShare, Continues) {
  const std::vector<std::string> games = GamesForOne();
  EnvConfig config;
  config.max_pool = true;
  for (std::size_t i = GetParam(); i < games.size(); i += kShares) {
    config.game = games[i];
    ExpectSamePlay(config, 1, 50, 20);
  }
}

TEST_P(SavedStateShare, AgreesOnceReseeded) {
  const std::vector<std::string> games = GamesForOne();
  EnvConfig config;
  config.noop_max = 30;
  for (std::size_t i = GetParam(); i < games.size(); i += kShares) {
    config.game = games[i];
    ExpectSameGameOnceReseeded(config, 50, 20);
  }
}

INSTANTIATE_TEST_SUITE_P(AllGames, SavedStateShare, ::testing::Range(std::size_t{0}, kShares));

std::string Refusal(Env& env, const std::string& state) {
  return RefusalOf([&] { env.RestoreState(state); });
}

std::string StateOf(const std::string& game) {
  EnvConfig config;
  config.game = game;
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  env->Reset();
  return env->SaveState();
}

TEST(SavedState, DetectsDamageAndChangesNothing) {
  std::vector<std::string> games = BuiltInEnvironments().names();
  games.emplace_back("space_invaders");
  for (const std::string& game : games) {
    EnvConfig config;
    config.game = game;
    const auto env = MakeEnv(config, RandomStream(2, "env"));
    env->Reset();
    env->Step(1);
    const std::string before = env->SaveState();
    const std::string state = StateOf(game);
    RandomStream random(1, "damage");
    for (int i = 0; i < 300; ++i) {
      std::string damaged = state;
      char& byte = damaged[random.Below(state.size())];
      byte = static_cast<char>(byte ^ (1 << random.Below(8)));
      ASSERT_NE(Refusal(*env, damaged), "") << game;
      ASSERT_NE(Refusal(*env, state.substr(0, random.Below(state.size()))), "") << game;
    }
    EXPECT_NE(Refusal(*env, ""), "");
    EXPECT_NE(Refusal(*env, state + '\0'), "");
    EXPECT_EQ(env->SaveState(), before);
    EXPECT_EQ(Refusal(*env, state), "");
  }
}

TEST(SavedState, RefusesTheStateOfAnotherEnvironment) {
  EnvConfig config;
  config.game = "space_invaders";
  const auto invaders = MakeEnv(config, RandomStream(1, "env"));
  EXPECT_THAT(Refusal(*invaders, StateOf("pong")),
              HasSubstr("the state of pong in 105x80, not of space_invaders in 105x80"));
  EXPECT_THAT(Refusal(*invaders, StateOf("catch")), HasSubstr("of catch"));
  ByteWriter later;
  later.Write(std::string_view("arcadeq env 2"));
  EXPECT_THAT(Refusal(*invaders, later.SealedText()), HasSubstr("version"));
  config.mode = 4;
  EXPECT_THAT(Refusal(*MakeEnv(config, RandomStream(1, "env")), StateOf("space_invaders")),
              HasSubstr("not of space_invaders in 105x80, mode 4"));
  config.observation = "84x84";
  EXPECT_THAT(Refusal(*MakeEnv(config, RandomStream(1, "env")), StateOf("space_invaders")),
              HasSubstr("84x84"));
}

}  // namespace
}  // namespace arcadeq
