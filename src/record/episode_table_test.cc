#include "record/episode_table.h"

#include <fstream>
#include <ios>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "record/sinks.h"
#include "record/test_util.h"

namespace arcadeq {
namespace {

using testing::HasSubstr;

TEST(EpisodeTable, ReadsWhatTheCsvSinkWrites) {
  const TemporaryDirectory directory;
  const auto file = directory / "episodes.csv";
  EXPECT_TRUE(ReadEpisodes(file).empty());
  const auto sink = MakeCsvSink(file);
  EXPECT_TRUE(ReadEpisodes(file).empty());
  sink->Handle(LearningEpisode(1, 155));
  sink->Handle(LearningEpisode(2, -2.5));
  std::ofstream(file, std::ios::app) << "3,0,30";  // still being written
  const auto rows = ReadEpisodes(file);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].raw_return, 155);
  EXPECT_EQ(rows[1].step, 200);
  EXPECT_EQ(rows[1].frame, 600);
  EXPECT_EQ(rows[1].raw_return, -2.5);
  EXPECT_EQ(rows[1].wall_seconds, 2);
}

TEST(EpisodeTable, RefusesInvalidTables) {
  const auto refusal = [](std::string_view text) {
    return RefusalOf([&] { ParseEpisodes(text, "f"); });
  };
  EXPECT_EQ(refusal("step,frame,wall_seconds\n"), "f has no column raw_return");
  const std::string header = "step,frame,raw_return,wall_seconds\n";
  EXPECT_EQ(refusal(header + "1,2,3,4\n"), "");
  for (const char* row : {"1,2,3\n", "\n", "1,2,nan,4\n", "1,2,3,four\n", "1.5,2,3,4\n"}) {
    EXPECT_THAT(refusal(header + "1,2,3,4\n" + row), HasSubstr("f:3: expected")) << row;
  }
}

}  // namespace
}  // namespace arcadeq
