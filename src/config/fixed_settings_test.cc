#include "config/fixed_settings.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/hash.h"
#include "config/config.h"
#include "config/preset.h"
#include "env/env_config.h"

namespace arcadeq {
namespace {

// So that a later version with more settings can resume the run.
TEST(HashOfFixedSettings, CoversOnlySettingsThatDifferFromTheirDefaults) {
  EXPECT_EQ(HashOfFixedSettings(Config()), Hash().value());
  Config config;
  config.env.mode = 0;
  EXPECT_NE(HashOfFixedSettings(config), Hash().value());
  config.env.mode = EnvConfig::kGamesDefault;
  EXPECT_EQ(HashOfFixedSettings(config), Hash().value());
  config.env.difficulty = 1;
  EXPECT_NE(HashOfFixedSettings(config), Hash().value());
}

TEST(CheckFixedSettings, AllowsOnlyWhatDoesNotAffectLearning) {
  const Config before = LoadPreset("catch");
  Config now = before;
  now.train.steps = 5000;
  now.train.threads = 3;
  now.env.rom = "/elsewhere/catch.bin";
  now.record.gif_every_episodes = 0;
  now.checkpoint.keep = 5;
  EXPECT_NO_THROW(CheckFixedSettings(before, now));
  EXPECT_EQ(HashOfFixedSettings(before), HashOfFixedSettings(now));
  now.agent.optimizer.learning_rate *= 2;
  EXPECT_THROW(CheckFixedSettings(before, now), UserError);
  EXPECT_NE(HashOfFixedSettings(before), HashOfFixedSettings(now));
}

}  // namespace
}  // namespace arcadeq
