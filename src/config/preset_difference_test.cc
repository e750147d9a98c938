#include "config/preset_difference.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/preset.h"

namespace arcadeq {
namespace {

using testing::Field;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(PresetDifference, FindsThePresetOfARun) {
  for (const Preset& preset : Presets()) {
    Config config = LoadPreset(preset.name);
    config.FixScheduleSteps();
    config.train.seed = 7;
    config.train.threads = 5;
    config.env.rom = "/roms/game.bin";
    const PresetDifference difference = DifferenceFromNearestPreset(config);
    EXPECT_EQ(difference.preset, preset.name);
    EXPECT_THAT(difference.changes, IsEmpty());
    EXPECT_EQ(TrainCommand(config),
              "arcadeq train --preset " + std::string(preset.name) + " --seed 7");
  }
}

TEST(PresetDifference, NamesWhatDiffers) {
  Config config = LoadPreset("laptop");
  config.train.steps = 1000;
  config.FixScheduleSteps();
  config.env.sticky = 0;
  const PresetDifference difference = DifferenceFromNearestPreset(config);
  EXPECT_EQ(difference.preset, "laptop");
  EXPECT_THAT(difference.changes, UnorderedElementsAre(Field(&ChangedSetting::key, "env.sticky"),
                                                       Field(&ChangedSetting::key, "train.steps")));
}

TEST(PresetDifference, AScheduleThatOutlastsTheRunCounts) {
  Config config = LoadPreset("laptop");
  config.train.steps = 1000;
  config.train.schedule_steps = 5000;
  EXPECT_THAT(DifferenceFromNearestPreset(config).changes,
              UnorderedElementsAre(Field(&ChangedSetting::key, "train.steps"),
                                   Field(&ChangedSetting::key, "train.schedule_steps")));
}

TEST(PresetDifference, AnExtendedRunKeepsItsSchedules) {
  Config config = LoadPreset("laptop");
  config.FixScheduleSteps();
  config.train.steps += 1000;
  EXPECT_THAT(DifferenceFromNearestPreset(config).changes,
              UnorderedElementsAre(Field(&ChangedSetting::key, "train.steps"),
                                   Field(&ChangedSetting::key, "train.schedule_steps")));
}

TEST(PresetDifference, TheCommandIsQuotedForAShell) {
  Config config = LoadPreset("catch");
  config.env.game = "it's $(here)";
  EXPECT_EQ(TrainCommand(config),
            "arcadeq train --preset catch --seed 1 --set 'env.game=it'\\''s $(here)'");
}

}  // namespace
}  // namespace arcadeq
