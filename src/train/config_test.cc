#include "train/config.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/settings.h"
#include "base/testing/refusal.h"
#include "train/preset.h"

namespace arcadeq {
namespace {

TEST(Preset, TutorialIsTheDefaultOfEverySetting) {
  Config defaults, tutorial = LoadPreset("tutorial");
  EXPECT_EQ(Declare(tutorial).ToToml(), Declare(defaults).ToToml());
}

TEST(Preset, EveryOneIsValidAndSaysWhatItIs) {
  EXPECT_EQ(Presets().size(), 7u);
  for (const Preset& preset : Presets()) {
    EXPECT_NO_THROW(LoadPreset(preset.name).Check()) << preset.name;
    EXPECT_GT(preset.Summary().size(), 20u) << preset.name;
  }
}

TEST(Preset, ARefusalOfAnUnknownNameListsTheKnownOnes) {
  EXPECT_THAT(RefusalOf([] { FindPreset("tutoriel"); }),
              ::testing::HasSubstr("laptop, tutorial, nature, dopamine, pqn, cartpole, catch"));
}

TEST(Preset, AGameWithItsOwnPresetStartsFromIt) {
  EXPECT_EQ(DefaultPreset("cartpole"), "cartpole");
  EXPECT_EQ(DefaultPreset("breakout"), "laptop");
}

// CheckReplayFits() does not count a window's memory.
TEST(Config, LimitsTheSizeOfAWindow) {
  Config config;
  Settings settings = Declare(config);
  EXPECT_NO_THROW(settings.Set("train.update_period", "4096", "test"));
  EXPECT_THROW(settings.Set("train.update_period", "4097", "test"), UserError);
}

// Otherwise a run that begins with such a setting could never be opened again.
TEST(Config, RefusesWhatNoFileCanHold) {
  Config config;
  EXPECT_NO_THROW(config.Check());
  config.env.rom = "/home/\xff/space_invaders.bin";
  EXPECT_THAT(RefusalOf([&] { config.Check(); }), ::testing::HasSubstr("config.toml"));
  config.env.rom = "/home/" + std::string(33, '.');
  EXPECT_THAT(RefusalOf([&] { config.Check(); }), ::testing::HasSubstr("dots in a line"));
  config.env.rom = "/home/\n\"\\\x7f";
  EXPECT_NO_THROW(config.Check());
  config.agent.gamma = 2;
  EXPECT_THAT(RefusalOf([&] { config.Check(); }), ::testing::HasSubstr("agent.gamma"));
}

TEST(Config, RefusesContradictions) {
  Config config;
  Declare(config).SetFromAssignment("agent.target_network=false", "test");
  EXPECT_THROW(config.Check(), UserError);
  Declare(config).SetFromAssignment("agent.double=false", "test");
  EXPECT_NO_THROW(config.Check());
  config.train.episodes = 0;
  EXPECT_THROW(config.Check(), UserError);
  config.train.steps = 1;
  EXPECT_NO_THROW(config.Check());
  config.agent.replay.capacity = 4;
  EXPECT_THROW(config.Check(), UserError);
  config.agent.replay.capacity = 20;
  EXPECT_NO_THROW(config.Check());
  config.agent.replay.n_step = 17;  // and a stack of 3
  EXPECT_THROW(config.Check(), UserError);
  config.agent.replay.n_step = 16;
  EXPECT_NO_THROW(config.Check());
}

}  // namespace
}  // namespace arcadeq
