#include "evaluate/evaluation_protocol.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "config/config.h"
#include "config/preset.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string AppliedTo(const char* preset, const char* protocol) {
  Config config = LoadPreset(preset);
  ApplyProtocol(protocol, config);
  return DescribeGames(config.env) +
         fmt::format(", epsilon {}", config.agent.policy.evaluation_epsilon);
}

TEST(EvaluationProtocol, ReplacesTheRunsOwn) {
  for (const char* preset : {"nature", "dopamine"}) {
    EXPECT_EQ(AppliedTo(preset, "sticky"),
              "sticky actions 0.25, no no-ops, at most 108,000 frames, epsilon 0.001");
    EXPECT_EQ(AppliedTo(preset, "noop"),
              "no sticky actions, up to 30 no-ops, at most 108,000 frames, epsilon 0.05");
    EXPECT_EQ(AppliedTo(preset, "noop-low-epsilon"),
              "no sticky actions, up to 30 no-ops, at most 108,000 frames, epsilon 0.001");
  }
}

TEST(EvaluationProtocol, GamesAreOfAModeAndADifficulty) {
  Config config = LoadPreset("dopamine");
  config.env.mode = 2;
  config.env.difficulty = 1;
  EXPECT_EQ(DescribeGames(config.env),
            "sticky actions 0.25, no no-ops, at most 108,000 frames, mode 2, difficulty 1");
}

TEST(EvaluationProtocol, TrainingChangesNothing) {
  for (const char* preset : {"nature", "dopamine", "catch"}) {
    Config config = LoadPreset(preset);
    ApplyProtocol(kTrainingProtocol, config);
    EXPECT_EQ(ToToml(config), ToToml(LoadPreset(preset)));
  }
}

// Each preset names the protocol of its paper.
TEST(EvaluationProtocol, AreThoseOfThePublishedPresets) {
  EXPECT_EQ(AppliedTo("nature", "training"), AppliedTo("nature", "noop"));
  EXPECT_EQ(AppliedTo("dopamine", "training"), AppliedTo("dopamine", "sticky"));
}

TEST(EvaluationProtocol, RefusesUnknownNamesAndOtherGames) {
  EXPECT_THAT(RefusalOf([] { AppliedTo("nature", "stiky"); }),
              AllOf(HasSubstr("'stiky'"), HasSubstr("training, sticky, noop, noop-low-epsilon")));
  EXPECT_THAT(RefusalOf([] { AppliedTo("catch", "sticky"); }), HasSubstr("catch has only"));
}

}  // namespace
}  // namespace arcadeq
