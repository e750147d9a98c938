#include "watch/status_message.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "record/event.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

TEST(StatusMessage, SaysWhatIsKnown) {
  LiveStatus live;
  RunBegan began{.game = "catch", .target_steps = 1000};
  began.random_score = 148;
  live.status.Update(began);
  live.status.Update(LearningEpisode(1, 200));
  live.status.Update(LearningEpisode(2, 300));
  live.scores.Add(2, 200);
  live.scores.Add(3, 250.12345);
  Progress progress;
  progress.step = 200;
  progress.learning = true;
  progress.loss = 0.5;
  progress.steps_per_second = 100;
  progress.time_shares = {{"learning", 0.25}};
  live.status.Update(progress);
  live.notes = {"a", "\"b\"\n"};
  const std::string text = StatusMessage(live);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["game"], "catch");
  EXPECT_EQ(json["step"], 200);
  EXPECT_EQ(json["limit"], nlohmann::json::parse(
                               R"({"done": 200, "target": 1000, "unit": "steps", "share": 0.2})"));
  EXPECT_EQ(json["seconds_left"], 8);
  EXPECT_EQ(json["score"], 250);
  EXPECT_EQ(json["score_episodes"], 2);
  EXPECT_EQ(json["random_score"], 148);
  EXPECT_TRUE(json["human_score"].is_null());
  EXPECT_EQ(json["curve"], nlohmann::json({nullptr, 200, 250.123}));
  EXPECT_EQ(json["loss"], 0.5);
  EXPECT_EQ(json["time_shares"][0], nlohmann::json({"learning", 0.25}));
  EXPECT_EQ(json["notes"][1], "\"b\"\n");
  EXPECT_TRUE(json["ended"].is_null());
  EXPECT_EQ(json["paused"], false);
  EXPECT_EQ(json["too_many_dead"], kTooManyDead);
}

TEST(StatusMessage, IsValidBeforeAnythingIsKnown) {
  LiveStatus live;
  live.notes = {"\xff"};  // paths need not be UTF-8
  const auto json = nlohmann::json::parse(StatusMessage(live));
  EXPECT_TRUE(json["limit"].is_null());
  EXPECT_TRUE(json["score"].is_null());
  EXPECT_TRUE(json["seconds_left"].is_null());
  EXPECT_TRUE(json["curve"].empty());
}

}  // namespace
}  // namespace arcadeq
