#include "evaluate/evaluation_record.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/testing/refusal.h"

namespace arcadeq {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

EvaluationRecord Sample() {
  return {.game = "catch",
          .weights = "run/weights/step_000000300.safetensors",
          .protocol = "training",
          .games = "no sticky actions, up to 30 no-ops",
          .epsilon = 0.125,
          .seed = 7,
          .scores = {1, 2.5, -4}};
}

TEST(EvaluationRecord, ReadsBackUnchanged) {
  const std::string text = ToJson(Sample()).dump();
  const EvaluationRecord record = ParseEvaluation(text, "file");
  EXPECT_EQ(record.game, "catch");
  EXPECT_EQ(record.weights, Sample().weights);
  EXPECT_EQ(record.protocol, "training");
  EXPECT_EQ(record.games, Sample().games);
  EXPECT_EQ(record.epsilon, 0.125);
  EXPECT_EQ(record.seed, 7);
  EXPECT_THAT(record.scores, ElementsAre(1, 2.5, -4));
  EXPECT_EQ(ToJson(record).dump(), text);
}

TEST(EvaluationRecord, SummarizesTheScores) {
  const auto json = ToJson(Sample());
  EXPECT_EQ(json["episodes"], 3);
  EXPECT_EQ(json["median"], 1);
  EXPECT_NEAR(json["mean"], -0.5 / 3, 1e-12);
  EXPECT_EQ(json["max"], 2.5);
}

TEST(EvaluationRecord, RefusesWhatIsNotAnEvaluation) {
  const auto refusal = [](const std::string& text) {
    return RefusalOf([&] { ParseEvaluation(text, "file"); });
  };
  const auto changed = [&](const char* key, const nlohmann::ordered_json& value) {
    auto json = ToJson(Sample());
    json[key] = value;
    return refusal(json.dump());
  };
  for (const char* text : {"", "{}", "[1]", "7", "null", "\xff", "{\"scores\": [1]", "[[[["}) {
    EXPECT_THAT(refusal(text), StartsWith("file is not an evaluation: ")) << text;
  }
  EXPECT_THAT(changed("episodes", 4), HasSubstr("one score per game"));
  for (const nlohmann::ordered_json& seed :
       nlohmann::ordered_json{1e42, -1e42, 1.5, true, 9'223'372'036'854'775'808U}) {
    EXPECT_THAT(changed("seed", seed), HasSubstr("its seed is not a whole number")) << seed;
    EXPECT_THAT(changed("episodes", seed), HasSubstr("one score per game")) << seed;
  }
  EXPECT_THAT(changed("scores", nlohmann::ordered_json::array()), HasSubstr("one score per game"));
  EXPECT_THAT(changed("scores", {1, "two", 3}), HasSubstr("not an evaluation"));
  EXPECT_THAT(changed("scores", {1, nullptr, 3}), HasSubstr("not an evaluation"));
  EXPECT_THAT(changed("scores", {1, 1e300, 3}), HasSubstr("a score is not within"));
  EXPECT_THAT(changed("game", ""), HasSubstr("names no game"));
  EXPECT_THAT(changed("game", 3), HasSubstr("not an evaluation"));
  EXPECT_THAT(changed("game", "\x1b[2J"), HasSubstr("'\\x1b[2J' and 'training' are not names"));
  EXPECT_THAT(changed("protocol", "a b"), HasSubstr("are not names"));
  EXPECT_THAT(changed("protocol", ""), HasSubstr("are not names"));
  EXPECT_THAT(changed("games", "\x1b[2J"), HasSubstr("described by more than text"));
  EXPECT_EQ(refusal("{}"), "file is not an evaluation: key 'weights' not found");
  EXPECT_EQ(refusal("{\"game\": \xf9}"), "file is not an evaluation: no valid JSON (byte 10)");
}

TEST(EvaluationRecord, OfAFormerVersionHasNoGame) {
  auto json = ToJson(Sample());
  json.erase("game");
  json.erase("protocol");
  json.erase("games");
  EXPECT_EQ(ToEvaluationRecord(json, "file").game, "");
  EXPECT_EQ(ToEvaluationRecord(json, "file").protocol, "training");
  EXPECT_EQ(ToEvaluationRecord(json, "file").games, "");
  EXPECT_THAT(RefusalOf([&] { ParseEvaluation(json.dump(), "file"); }),
              AllOf(StartsWith("file"), HasSubstr("names no game")));
}

}  // namespace
}  // namespace arcadeq
