#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <limits>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "record/event.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

constexpr char kHeader[] =
    "episode,env,step,frame,length_steps,length_frames,raw_return,return,truncated,learning,mean_"
    "loss,"
    "epsilon,wall_seconds\n";

TEST(Csv, WritesAHeaderAndARowPerEpisodeAtOnce) {
  const TemporaryDirectory directory;
  const auto sink = MakeCsvSink(directory / "episodes.csv");
  EXPECT_EQ(ContentOf(directory / "episodes.csv"), kHeader);

  EpisodeEnded before_learning;
  before_learning.episode = 1;
  before_learning.truncated = true;
  before_learning.epsilon = 1;
  sink->Handle(before_learning);
  sink->Handle(Progress{});
  EXPECT_EQ(ContentOf(directory / "episodes.csv"),
            std::string(kHeader) + "1,0,0,0,0,0,0,0,true,false,,1,0.000\n");

  sink->Handle(LearningEpisode(2, 155));
  EXPECT_EQ(ContentOf(directory / "episodes.csv"),
            std::string(kHeader) +
                "1,0,0,0,0,0,0,0,true,false,,1,0.000\n"
                "2,0,200,600,100,300,155,31,false,true,0.0123446,0.98345,2.000\n");
}

TEST(Csv, LeavesTheLossOfAnEpisodeWithoutUpdatesEmpty) {
  const TemporaryDirectory directory;
  const auto sink = MakeCsvSink(directory / "episodes.csv");
  EpisodeEnded episode = LearningEpisode(2, 155);
  episode.mean_loss = std::numeric_limits<double>::quiet_NaN();
  sink->Handle(episode);
  EXPECT_EQ(ContentOf(directory / "episodes.csv"),
            std::string(kHeader) + "2,0,200,600,100,300,155,31,false,true,,0.98345,2.000\n");
}

TEST(Csv, NamesAFileThatCannotBeCreated) {
  EXPECT_EQ(RefusalOf([] { MakeCsvSink("/nowhere/episodes.csv"); }),
            "cannot write /nowhere/episodes.csv: No such file or directory");
}

TEST(Csv, ReportsAFullDisk) {
  EXPECT_EQ(RefusalOf([] { MakeCsvSink("/dev/full"); }),
            "cannot write /dev/full: No space left on device");
}

// Rows 1 and 2, then the state, then row 3.
SinkStates WriteThreeRows(const std::filesystem::path& file) {
  const auto sink = MakeCsvSink(file);
  SinkStates states;
  for (int i = 1; i <= 3; ++i) {
    if (i == 3) sink->Save(states);
    sink->Handle(LearningEpisode(i, 10 * i));
  }
  return states;
}

TEST(Csv, ContinuesFromAState) {
  const TemporaryDirectory directory;
  WriteThreeRows(directory / "never.csv");
  const std::string never = ContentOf(directory / "never.csv");

  const auto file = directory / "episodes.csv";
  SinkStates states = WriteThreeRows(file);
  std::ofstream(file, std::ios::app) << "4,4";  // cut short by a crash
  for (int time = 1; time <= 2; ++time) {       // twice: the first is killed before it saves
    const std::string before = ContentOf(file);
    const auto sink = MakeCsvSink(file, states);
    SinkStates again;
    sink->Save(again);
    EXPECT_EQ(again, states);
    EXPECT_EQ(ContentOf(file), before) << "changed before there was anything to write";
    sink->Handle(LearningEpisode(3, 30));
    EXPECT_EQ(ContentOf(file), never);
  }
}

TEST(Csv, ContinuesRepeatedly) {
  const TemporaryDirectory directory;
  const auto file = directory / "episodes.csv";
  SinkStates states = WriteThreeRows(file);
  {
    const auto sink = MakeCsvSink(file, states);
    sink->Handle(LearningEpisode(3, 30));
    sink->Sync();
    sink->Save(states);
    sink->Handle(LearningEpisode(4, 40));
  }
  MakeCsvSink(file, states)->Handle(LearningEpisode(4, 44));
  EXPECT_THAT(ContentOf(file), testing::HasSubstr("4,0,400,1200,100,300,44,"));
  EXPECT_THAT(ContentOf(file), testing::Not(testing::HasSubstr("4,0,400,1200,100,300,40,")));
}

TEST(Csv, RefusesToContinueAChangedFile) {
  const TemporaryDirectory directory;
  const auto file = directory / "episodes.csv";
  const SinkStates states = WriteThreeRows(file);
  const std::string good = ContentOf(file);
  const std::size_t saved = good.rfind("3,0,300");
  for (std::size_t i = 0; i < saved; ++i) {
    std::string damaged = good;
    damaged[i] ^= 1;
    std::ofstream(file, std::ios::binary) << damaged;
    EXPECT_THROW(MakeCsvSink(file, states), UserError) << "byte " << i;
    std::ofstream(file, std::ios::binary) << good.substr(0, i);
    EXPECT_THROW(MakeCsvSink(file, states), UserError) << i << " bytes";
  }
  std::filesystem::remove(file);
  EXPECT_THROW(MakeCsvSink(file, states), UserError);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(Csv, RefusesToContinueOtherColumns) {
  const TemporaryDirectory directory;
  const auto file = directory / "episodes.csv";
  const std::string rows = "episode,step\n1,9\n";
  std::ofstream(file, std::ios::binary) << rows;
  Hash hash;
  hash.Add(std::string_view(rows));
  ByteWriter state;
  state.Write(std::uint64_t{rows.size()});
  state.Write(hash.value());
  EXPECT_THAT(RefusalOf([&] {
                MakeCsvSink(file, {{"csv", state.text()}});
              }),
              testing::HasSubstr("columns of another version"));
  EXPECT_EQ(ContentOf(file), rows);
}

TEST(Csv, RefusesADamagedState) {
  const TemporaryDirectory directory;
  const auto file = directory / "episodes.csv";
  const SinkStates states = WriteThreeRows(file);
  for (std::size_t size = 0; size < states.at("csv").size(); ++size) {
    EXPECT_THROW(MakeCsvSink(file, {{"csv", states.at("csv").substr(0, size)}}), UserError);
  }
  EXPECT_THROW(MakeCsvSink(file, {{"csv", states.at("csv") + "x"}}), UserError);
}

}  // namespace
}  // namespace arcadeq
