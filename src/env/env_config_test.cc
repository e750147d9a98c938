#include "env/env_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/random.h"
#include "base/settings.h"

namespace arcadeq {
namespace {

TEST(EnvConfig, SetsEveryField) {
  EnvConfig config;
  Settings settings;
  config.Declare(settings);
  settings.LoadTomlText(R"(
[env]
game = "pong"
rom = "pong.bin"
frame_skip = 4
sticky = 0.0
max_pool = true
noop_max = 30
max_frames = 0
full_action_set = true
mode = 3
difficulty = 1
observation = "84x84"
stack = 4
reward_transform = "clip"
)",
                        "test");
  EXPECT_EQ(config.game, "pong");
  EXPECT_EQ(config.rom, "pong.bin");
  EXPECT_EQ(config.frame_skip, (IntRange{4, 4}));
  EXPECT_EQ(config.sticky, 0.0);
  EXPECT_TRUE(config.max_pool);
  EXPECT_EQ(config.noop_max, 30);
  EXPECT_EQ(config.max_frames, 0);
  EXPECT_TRUE(config.full_action_set);
  EXPECT_EQ(config.mode, 3);
  EXPECT_EQ(config.difficulty, 1);
  EXPECT_EQ(config.observation, "84x84");
  EXPECT_EQ(config.stack, 4);
  EXPECT_EQ(config.reward_transform, "clip");
}

TEST(EnvConfig, RefusesValuesOutOfRange) {
  EnvConfig config;
  Settings settings;
  config.Declare(settings);
  for (const char* assignment :
       {"env.frame_skip=0", "env.frame_skip=2-61", "env.sticky=1", "env.sticky=-0.1",
        "env.noop_max=-1", "env.noop_max=1001", "env.max_frames=-1", "env.max_frames=2147483648",
        "env.mode=-2", "env.difficulty=65536", "env.observation=80x105", "env.stack=0",
        "env.stack=9"}) {
    EXPECT_THROW(settings.SetFromAssignment(assignment, "--set"), UserError) << assignment;
  }
}

TEST(MakeEnv, BuildsTheEnvironmentNamedByTheGame) {
  EnvConfig config;
  config.game = "cartpole";
  config.rom = "ignored";
  EXPECT_EQ(MakeEnv(config, RandomStream(1, "env"))->spec().frame.element, ElementType::kFloat32);
  config.game = "catch";
  EXPECT_EQ(MakeEnv(config, RandomStream(1, "env"))->spec().frame.height, 44);
  config = {};
  EXPECT_EQ(MakeEnv(config, RandomStream(1, "env"))->spec().frame.height, 105);
  config.game = "space_invader";
  EXPECT_THROW(MakeEnv(config, RandomStream(1, "env")), UserError);
}

}  // namespace
}  // namespace arcadeq
