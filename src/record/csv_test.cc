#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "record/sinks.h"
#include "record/test_util.h"

namespace arcadeq {
namespace {

constexpr char kHeader[] =
    "episode,step,frame,length_steps,length_frames,raw_return,return,truncated,learning,mean_loss,"
    "epsilon,wall_seconds\n";

TEST(Csv, WritesAHeaderAndOneRowAnEpisodeAtOnce) {
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
            std::string(kHeader) + "1,0,0,0,0,0,0,true,false,,1,0.000\n");

  sink->Handle(LearningEpisode(2, 155));
  EXPECT_EQ(ContentOf(directory / "episodes.csv"),
            std::string(kHeader) +
                "1,0,0,0,0,0,0,true,false,,1,0.000\n"
                "2,200,600,100,300,155,31,false,true,0.0123446,0.98345,2.000\n");
}

TEST(Csv, LeavesTheLossOfAnEpisodeWithoutUpdatesEmpty) {
  const TemporaryDirectory directory;
  const auto sink = MakeCsvSink(directory / "episodes.csv");
  EpisodeEnded episode = LearningEpisode(2, 155);
  episode.mean_loss = std::numeric_limits<double>::quiet_NaN();
  sink->Handle(episode);
  EXPECT_EQ(ContentOf(directory / "episodes.csv"),
            std::string(kHeader) + "2,200,600,100,300,155,31,false,true,,0.98345,2.000\n");
}

TEST(Csv, NamesAFileThatCannotBeMade) {
  try {
    MakeCsvSink("/nowhere/episodes.csv");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "cannot write /nowhere/episodes.csv: No such file or directory");
  }
}

TEST(Csv, SaysThatTheDiskIsFull) {
  try {
    MakeCsvSink("/dev/full");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "cannot write /dev/full: No space left on device");
  }
}

}  // namespace
}  // namespace arcadeq
