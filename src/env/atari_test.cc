#include "env/atari.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/random.h"
#include "base/testing/refusal.h"
#include "env/env.h"
#include "env/env_config.h"
#include "env/preprocess.h"
#include "env/rom.h"
#include "env/testing/area_reduction.h"

namespace arcadeq {
namespace {

using Image = std::vector<std::uint8_t>;

// A game without randomness; each test adds what it is about.
EnvConfig Plain(const std::string& game) {
  EnvConfig config;
  config.game = game;
  config.frame_skip = {4, 4};
  config.sticky = 0;
  config.max_frames = 0;
  return config;
}

Image Copy(std::span<const std::uint8_t> pixels) {
  return {pixels.begin(), pixels.end()};
}

struct Moment {
  double reward;
  int frames;
  Image frame;
  bool operator==(const Moment&) const = default;
};

Moment RandomStep(Env& env, RandomStream& policy) {
  const StepResult result = env.Step(
      static_cast<int>(policy.Below(static_cast<std::uint64_t>(env.spec().num_actions()))));
  Moment moment{result.raw_reward, result.frames, Copy(env.frame())};
  if (result.done()) env.Reset();
  return moment;
}

std::vector<Moment> RandomPlay(Env& env, int steps) {
  RandomStream policy(1, "policy");
  env.Reset();
  std::vector<Moment> play;
  play.reserve(steps);
  for (int i = 0; i < steps; ++i) play.push_back(RandomStep(env, policy));
  return play;
}

TEST(Atari, TheSeedDeterminesEverything) {
  EnvConfig config;
  config.noop_max = 30;
  const auto play = [&](int seed) {
    return RandomPlay(*MakeEnv(config, RandomStream(static_cast<std::uint64_t>(seed), "env")), 100);
  };
  const std::vector<Moment> first = play(1);
  EXPECT_EQ(play(1), first);
  EXPECT_NE(play(2), first);
}

TEST(Atari, StickyActionsAreTheOnlyRandomnessWithAFixedSkip) {
  EnvConfig config = Plain("space_invaders");
  const auto play = [&](int seed) {
    return RandomPlay(*MakeEnv(config, RandomStream(static_cast<std::uint64_t>(seed), "env")), 100);
  };
  EXPECT_EQ(play(1), play(2));
  config.sticky = 0.25;
  EXPECT_NE(play(1), play(2));
}

TEST(Atari, PalGamesRunAt50FramesPerSecond) {
  const auto speed = [](const std::string& game) {
    return MakeEnv(Plain(game), RandomStream(1, "env"))->spec().frames_per_second;
  };
  for (const char* game : {"adventure", "air_raid", "klax", "mr_do", "pacman", "space_war"}) {
    EXPECT_EQ(speed(game), 50) << game;
  }
  for (const char* game : {"space_invaders", "breakout", "elevator_action", "journey_escape"}) {
    EXPECT_EQ(speed(game), 60) << game;
  }
}

TEST(Atari, AppliesModeAndDifficulty) {
  const auto play = [](std::int64_t mode, std::int64_t difficulty) {
    EnvConfig config = Plain("space_invaders");
    config.mode = mode;
    config.difficulty = difficulty;
    return RandomPlay(*MakeEnv(config, RandomStream(1, "env")), 100);
  };
  const auto game = play(EnvConfig::kGamesDefault, EnvConfig::kGamesDefault);
  EXPECT_EQ(play(0, 0), game) << "the game's default";
  const auto mode = play(8, 0), difficulty = play(0, 1);
  EXPECT_NE(mode, game);
  EXPECT_NE(difficulty, game);
  EXPECT_NE(mode, difficulty);
}

TEST(Atari, RefusesUnavailableModesAndDifficulties) {
  EnvConfig config = Plain("breakout");
  config.mode = 3;
  EXPECT_EQ(RefusalOf([&] { MakeEnv(config, RandomStream(1, "env")); }),
            "env.mode = 3: breakout offers 0, 4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44");
  config.mode = 4;
  config.difficulty = 2;
  EXPECT_EQ(RefusalOf([&] { MakeEnv(config, RandomStream(1, "env")); }),
            "env.difficulty = 2: breakout offers 0, 1");
}

TEST(Atari, FrameSkipIsDrawnUniformlyAtEachStep) {
  EnvConfig config = Plain("space_invaders");
  config.frame_skip = {2, 4};
  std::array<int, 5> count{};
  for (const Moment& moment : RandomPlay(*MakeEnv(config, RandomStream(3, "env")), 600)) {
    ASSERT_GE(moment.frames, 1);  // fewer than 2 only if the game ended
    ASSERT_LE(moment.frames, 4);
    ++count[static_cast<std::size_t>(moment.frames)];
  }
  for (const int frames : {2, 3, 4}) EXPECT_NEAR(count[static_cast<std::size_t>(frames)], 200, 50);
}

TEST(Atari, TheCapCountsFramesAndTruncates) {
  EnvConfig config = Plain("space_invaders");
  config.max_frames = 100;
  config.frame_skip = {3, 3};
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  for (int episode = 0; episode < 2; ++episode) {
    EXPECT_EQ(env->Reset(), 0);
    for (int step = 0; step < 33; ++step) {
      const StepResult result = env->Step(0);
      ASSERT_FALSE(result.done());
      ASSERT_EQ(result.frames, 3);
    }
    const StepResult last = env->Step(0);
    EXPECT_EQ(last.frames, 1) << "the step stops at the cap";
    EXPECT_TRUE(last.truncated);
    EXPECT_FALSE(last.terminated);
  }
}

TEST(Atari, NoOpStartsAreUniformAndCountTowardsTheCap) {
  EnvConfig config = Plain("space_invaders");
  config.noop_max = 10;
  config.max_frames = 50;
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  std::array<int, 11> count{};
  for (int episode = 0; episode < 100; ++episode) {
    const int noops = env->Reset();
    ASSERT_GE(noops, 1);
    ASSERT_LE(noops, 10);
    ++count[static_cast<std::size_t>(noops)];
    if (episode > 5) continue;
    int frames = noops;
    StepResult result;
    while (!result.done()) {
      result = env->Step(0);
      frames += result.frames;
    }
    EXPECT_TRUE(result.truncated);
    EXPECT_EQ(frames, 50);
  }
  for (int noops = 1; noops <= 10; ++noops) {
    EXPECT_GE(count[static_cast<std::size_t>(noops)], 1) << noops << " no-ops";
  }
}

TEST(Atari, ResetLeavesAStepEvenIfNoOpsExceedTheCap) {
  EnvConfig config = Plain("space_invaders");
  config.noop_max = 40;
  config.max_frames = 8;
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  for (int episode = 0; episode < 20; ++episode) {
    env->Reset();
    EXPECT_GE(env->Step(0).frames, 1);
  }
}

TEST(Atari, ClipsTheRewardButNotTheScore) {
  EnvConfig config = Plain("space_invaders");
  config.reward_transform = "clip";
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  env->Reset();
  int hits = 0;
  for (int i = 0; i < 200; ++i) {
    const StepResult result = env->Step(i % 2);  // fire, let go
    if (result.raw_reward == 0) {
      EXPECT_EQ(result.reward, 0);
    } else {
      EXPECT_GE(result.raw_reward, 5);
      EXPECT_EQ(result.reward, 1);
      ++hits;
    }
  }
  EXPECT_GE(hits, 1);

  config.reward_transform = "none";
  const auto unclipped = MakeEnv(config, RandomStream(1, "env"));
  unclipped->Reset();
  for (int i = 0; i < 200; ++i) {
    const StepResult result = unclipped->Step(i % 2);
    EXPECT_EQ(result.reward, result.raw_reward);
  }
}

TEST(Atari, ClipsALossToo) {
  EnvConfig config = Plain("pong");
  config.reward_transform = "clip";
  config.frame_skip = {60, 60};
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  env->Reset();
  float lowest = 0;
  double lowest_raw = 0;
  for (int i = 0; i < 30; ++i) {
    const StepResult result = env->Step(0);
    lowest = std::min(lowest, result.reward);
    lowest_raw = std::min(lowest_raw, result.raw_reward);
    if (result.done()) env->Reset();
  }
  EXPECT_LE(lowest_raw, -1);
  EXPECT_EQ(lowest, -1);
}

// Space Invaders draws each shot only in every other frame. Nothing but shots appears between the
// invaders and the shields.
bool ShotVisible(const Env& env) {
  const std::span<const std::uint8_t> sky = env.frame().subspan(68 * 80 + 10, 9 * 80);
  return std::ranges::any_of(sky, [&](std::uint8_t pixel) { return pixel != sky[0]; });
}

TEST(Atari, MaxPoolShowsTheShotsOfSpaceInvaders) {
  EnvConfig config = Plain("space_invaders");
  const auto last_frame = MakeEnv(config, RandomStream(1, "env"));
  config.max_pool = true;
  const auto pooled = MakeEnv(config, RandomStream(1, "env"));
  last_frame->Reset();
  pooled->Reset();
  int seen = 0, missed = 0;
  for (int i = 0; i < 150; ++i) {
    const StepResult result = pooled->Step(i % 2);
    ASSERT_EQ(last_frame->Step(i % 2).raw_reward, result.raw_reward);
    for (std::size_t p = 0; p < pooled->frame().size(); ++p) {
      ASSERT_GE(pooled->frame()[p], last_frame->frame()[p]);
    }
    seen += ShotVisible(*pooled);
    missed += ShotVisible(*pooled) && !ShotVisible(*last_frame);
  }
  EXPECT_GE(seen, 20);
  EXPECT_GE(missed, 10);
}

TEST(Atari, LivesAreLostBeforeTheGameEnds) {
  const auto env = MakeEnv(Plain("space_invaders"), RandomStream(1, "env"));
  env->Reset();
  int lost = 0;
  StepResult result;
  while (!result.terminated) {
    EXPECT_EQ(env->lives(), 3 - lost);
    result = env->Step(0);
    ASSERT_FALSE(result.truncated);
    lost += result.life_lost;
  }
  EXPECT_EQ(lost, 2) << "losing the third of three lives ends the game and is no lost life";
}

TEST(Atari, EnvironmentsAreIndependent) {
  const EnvConfig invaders;
  EnvConfig breakout;
  breakout.game = "breakout";
  const std::vector<Moment> alone = RandomPlay(*MakeEnv(invaders, RandomStream(1, "env")), 60);

  const auto first = MakeEnv(invaders, RandomStream(1, "env"));
  const auto other = MakeEnv(breakout, RandomStream(5, "env"));
  const auto second = MakeEnv(invaders, RandomStream(1, "env"));
  RandomStream first_policy(1, "policy"), other_policy(9, "policy"), second_policy(1, "policy");
  first->Reset();
  other->Reset();
  second->Reset();
  for (const Moment& moment : alone) {
    ASSERT_EQ(RandomStep(*first, first_policy), moment);
    RandomStep(*other, other_policy);
    ASSERT_EQ(RandomStep(*second, second_policy), moment);
  }
}

TEST(Atari, EnvironmentsPlayOnSeparateThreads) {
  constexpr std::size_t kThreads = 4;
  const EnvConfig config;
  const auto expected = RandomPlay(*MakeEnv(config, RandomStream(1, "env")), 60);
  std::vector<std::unique_ptr<Env>> envs;
  envs.reserve(kThreads);
  for (std::size_t i = 0; i < kThreads; ++i) {
    envs.push_back(MakeEnv(config, RandomStream(1, "env")));
  }
  std::vector<std::vector<Moment>> plays(kThreads);
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (std::size_t i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        plays[i] = RandomPlay(*envs[i], 60);
        envs[i]->RestoreState(envs[i]->SaveState());
      });
    }
  }
  for (const auto& play : plays) EXPECT_EQ(play, expected);
}

// The frame as computed directly from the screen.
Image FrameFromScreen(const ScreenView& screen, const FrameFormat& format) {
  Image grey, frame(format.bytes());
  for (const std::uint8_t index : screen.pixels) grey.push_back(Luma(screen.palette[index]));
  AreaReduction(screen.height, screen.width, format.height, format.width).Reduce(grey, frame);
  return frame;
}

// The emulator's games except those for two or four players, sorted.
std::vector<std::string> AllGames() {
  const std::set<std::string> not_for_one = {"combat", "joust", "maze_craze", "warlords"};
  std::vector<std::string> games;
  const std::filesystem::path pong = FindRom("pong", "", StandardRomPlaces());
  for (const auto& entry : std::filesystem::directory_iterator(pong.parent_path())) {
    const std::string game = entry.path().stem().string();
    if (entry.path().extension() == ".bin" && !not_for_one.contains(game)) games.push_back(game);
  }
  std::ranges::sort(games);
  return games;
}

int LinesOf(const std::string& game) {
  const std::map<std::string, int> unusual = {
      {"carnival", 214}, {"journey_escape", 230}, {"pooyan", 220}};
  const std::set<std::string> pal = {"adventure",    "air_raid",    "keystone_kapers", "king_kong",
                                     "klax",         "laser_gates", "mr_do",           "pacman",
                                     "sir_lancelot", "space_war"};
  if (pal.contains(game)) return 250;
  return unusual.contains(game) ? unusual.at(game) : 210;
}

void ExpectPlayable(const std::string& game, const std::string& observation, int height,
                    int width) {
  SCOPED_TRACE(game);
  EnvConfig config = Plain(game);
  config.frame_skip = {1, 1};
  config.observation = observation;
  const auto env = MakeEnv(config, RandomStream(1, "env"));
  EXPECT_EQ(env->spec().frame, (FrameFormat{ElementType::kUint8, height, width}));
  EXPECT_GE(env->spec().num_actions(), 3);
  EXPECT_LE(env->spec().num_actions(), 18);
  for (const std::string& name : env->spec().action_names) EXPECT_NE(name, "");
  RandomPlay(*env, 20);
  const ScreenView screen = env->screen();
  EXPECT_EQ(screen.height, LinesOf(game));
  EXPECT_EQ(screen.width, 160);
  ASSERT_EQ(screen.pixels.size(), static_cast<std::size_t>(screen.height) * 160);
  EXPECT_EQ(Copy(env->frame()), FrameFromScreen(screen, env->spec().frame));
}

TEST(AtariGames, AreAllThere) {
  EXPECT_EQ(AllGames().size(), 104u);
}

// ALE takes about 0.1 s to load a ROM, so the games are split among tests that can run in parallel.
constexpr int kShares = 4;
constexpr std::tuple<const char*, int, int> kSizes[] = {
    {"105x80", 105, 80}, {"84x84", 84, 84}, {"42x42", 42, 42}};
class AtariGamesShare : public ::testing::TestWithParam<int> {};

TEST_P(AtariGamesShare, Plays) {
  const std::vector<std::string> games = AllGames();
  for (std::size_t i = static_cast<std::size_t>(GetParam()); i < games.size(); i += kShares) {
    const auto& [observation, height, width] = kSizes[i / kShares % std::size(kSizes)];
    ExpectPlayable(games[i], observation, height, width);
  }
}

INSTANTIATE_TEST_SUITE_P(Atari, AtariGamesShare, ::testing::Range(0, kShares));

}  // namespace
}  // namespace arcadeq
