#include "watch/watch_sink.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "record/event.h"
#include "record/sink.h"
#include "record/testing/sample_events.h"
#include "watch/bulletin.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string ReadAll(ByteSource& reader) {
  std::string text;
  reader.Read(text);
  return text;
}

// The last status that a reader gets.
nlohmann::json StatusIn(const std::string& text) {
  const std::string begin = "event: status\ndata: ";
  const auto at = text.rfind(begin);
  EXPECT_NE(at, std::string::npos) << text;
  const auto from = at + begin.size();
  return nlohmann::json::parse(text.substr(from, text.find('\n', from) - from));
}

TEST(WatchSink, PostsNothingUnlessSomeoneReads) {
  Bulletin bulletin;
  const auto sink = MakeWatchSink(bulletin, {});
  sink->Handle(RunBegan{.game = "catch"});
  sink->Handle(Picture(1));
  sink->Tick();
  const auto reader = bulletin.MakeReader();
  EXPECT_EQ(ReadAll(*reader), "");
  sink->Tick();
  EXPECT_EQ(StatusIn(ReadAll(*reader))["game"], "catch");
}

TEST(WatchSink, ShowsPicturesPausesAndNotes) {
  Bulletin bulletin;
  const auto sink = MakeWatchSink(bulletin, {});
  const auto reader = bulletin.MakeReader();
  sink->Handle(Picture(1));
  sink->Handle(PauseChanged{5, true});
  sink->Handle(Note{"bad", true});
  sink->Tick();
  const std::string text = ReadAll(*reader);
  EXPECT_THAT(text, HasSubstr("event: picture\ndata: 50 iVBOR"));
  EXPECT_EQ(StatusIn(text)["paused"], true);
  EXPECT_EQ(StatusIn(text)["notes"][0], "Warning: bad");
}

// Of a run that plays faster than anyone can look, only some are made.
TEST(WatchSink, MakesABoundedNumberOfPictures) {
  Bulletin bulletin;
  const auto sink = MakeWatchSink(bulletin, {});
  const auto reader = bulletin.MakeReader();
  for (int i = 0; i < 20'000; ++i) sink->Handle(Picture(1));
  std::string text, more;
  do {
    more = ReadAll(*reader);
    text += more;
  } while (!more.empty());
  EXPECT_THAT(text, HasSubstr("event: picture"));
  EXPECT_LT(text.size(), 20'000u * 100);
}

// The time of pictures that were not made is added to the next, but not to that of another episode.
TEST(WatchSink, ShowsAnEpisodesFirstPictureForItsOwnTime) {
  Bulletin bulletin;
  const auto sink = MakeWatchSink(bulletin, {});
  const auto reader = bulletin.MakeReader();
  for (int i = 0; i < 20'000; ++i) sink->Handle(Picture(1));
  while (!ReadAll(*reader).empty()) {
  }
  // Long enough for another picture to be made.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  sink->Handle(Picture(2));
  EXPECT_THAT(ReadAll(*reader), StartsWith("event: picture\ndata: 50 "));
}

TEST(WatchSink, TellsTheEnd) {
  Bulletin bulletin;
  auto sink = MakeWatchSink(bulletin, {});
  const auto reader = bulletin.MakeReader();
  sink->Handle(RunEnded{.step = 7, .reason = "7 steps done"});
  sink.reset();
  std::string text;
  EXPECT_FALSE(reader->Read(text));
  EXPECT_EQ(StatusIn(text)["ended"], "7 steps done");
  EXPECT_EQ(StatusIn(text)["step"], 7);
}

TEST(WatchSink, TellsThatARunWasAborted) {
  Bulletin bulletin;
  auto sink = MakeWatchSink(bulletin, {});
  const auto reader = bulletin.MakeReader();
  sink.reset();
  std::string text;
  EXPECT_FALSE(reader->Read(text));
  EXPECT_EQ(StatusIn(text)["ended"], "aborted");
}

TEST(WatchSink, ContinuesTheScores) {
  SinkStates states;
  {
    Bulletin bulletin;
    const auto sink = MakeWatchSink(bulletin, {});
    sink->Handle(LearningEpisode(1, 100));
    sink->Save(states);
  }
  Bulletin bulletin;
  const auto sink = MakeWatchSink(bulletin, states);
  const auto reader = bulletin.MakeReader();
  sink->Handle(LearningEpisode(2, 200));
  sink->Tick();
  const auto status = StatusIn(ReadAll(*reader));
  EXPECT_EQ(status["score"], 150);
  EXPECT_EQ(status["episode"], 2);
  EXPECT_EQ(status["curve"].back(), 150);
  EXPECT_THAT(status["curve"].dump(), HasSubstr("100"));
}

}  // namespace
}  // namespace arcadeq
