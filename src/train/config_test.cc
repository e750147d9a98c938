#include "train/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/testing/refusal.h"
#include "train/preset.h"

namespace arcadeq {
namespace {

TEST(Preset, TutorialIsTheDefaultOfEverySetting) {
  Config defaults, tutorial = LoadPreset("tutorial");
  EXPECT_EQ(Declare(tutorial).ToToml(), Declare(defaults).ToToml());
}

TEST(Preset, EveryOneIsValidAndSaysWhatItIs) {
  EXPECT_EQ(Presets().size(), 5u);
  for (const Preset& preset : Presets()) {
    EXPECT_NO_THROW(LoadPreset(preset.name).Check()) << preset.name;
    EXPECT_GT(preset.Summary().size(), 20u) << preset.name;
  }
}

TEST(Preset, UnknownNamesAreRefusedWithThoseThereAre) {
  EXPECT_THAT(RefusalOf([] { FindPreset("tutoriel"); }),
              ::testing::HasSubstr("tutorial, nature, dopamine"));
}

TEST(Preset, GamesWithOneOfTheirOwnStartFromIt) {
  EXPECT_EQ(DefaultPreset("cartpole"), "cartpole");
  EXPECT_EQ(DefaultPreset("breakout"), "tutorial");
}

// It takes memory from the start that CheckReplayFits() does not count.
TEST(Config, AWindowIsNotLargerThanMemoryAllows) {
  Config config;
  Settings settings = Declare(config);
  EXPECT_NO_THROW(settings.Set("train.update_period", "4096", "test"));
  EXPECT_THROW(settings.Set("train.update_period", "4097", "test"), UserError);
}

TEST(Config, ContradictionsAreRefused) {
  Config config;
  config.agent.target_network = false;
  EXPECT_THROW(config.Check(), UserError);
  config.agent.double_q = false;
  EXPECT_NO_THROW(config.Check());
  config.train.episodes = 0;
  EXPECT_THROW(config.Check(), UserError);
  config.train.steps = 1;
  EXPECT_NO_THROW(config.Check());
  config.replay.capacity = 4;
  EXPECT_THROW(config.Check(), UserError);
  config.replay.capacity = 20;
  EXPECT_NO_THROW(config.Check());
  config.replay.n_step = 17;  // and a stack of 3
  EXPECT_THROW(config.Check(), UserError);
  config.replay.n_step = 16;
  EXPECT_NO_THROW(config.Check());
}

}  // namespace
}  // namespace arcadeq
