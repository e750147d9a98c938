#include "record/episode_table.h"

#include <fstream>
#include <ios>
#include <string>

#include <gtest/gtest.h>

#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "record/sinks.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

TEST(EpisodeTable, ReadsWhatTheCsvSinkWrites) {
  const TemporaryDirectory directory;
  const auto file = directory / "episodes.csv";
  EXPECT_TRUE(ReadEpisodes(file).rows.empty());
  const auto sink = MakeCsvSink(file);
  EXPECT_TRUE(ReadEpisodes(file).rows.empty());
  sink->Handle(LearningEpisode(1, 155));
  sink->Handle(LearningEpisode(2, -2.5));
  std::ofstream(file, std::ios::app) << "3,0,30";  // still being written
  const auto [rows, damage] = ReadEpisodes(file);
  EXPECT_EQ(damage, "");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].raw_return, 155);
  EXPECT_EQ(rows[1].episode, 2);
  EXPECT_EQ(rows[1].step, 200);
  EXPECT_EQ(rows[1].frame, 600);
  EXPECT_EQ(rows[1].raw_return, -2.5);
  EXPECT_EQ(rows[1].wall_seconds, 2);
}

TEST(EpisodeTable, RefusesTablesWithoutItsColumns) {
  EXPECT_EQ(RefusalOf([] { ParseEpisodes("step,frame,wall_seconds\n", "f"); }),
            "f has no column raw_return");
}

TEST(EpisodeTable, LeavesOutDamagedRows) {
  const std::string header = "step,frame,raw_return,wall_seconds\n";
  EXPECT_EQ(ParseEpisodes(header + "1,2,3,4\n", "f").damage, "");
  for (const char* row : {"1,2,3\n", "\n", "1,2,nan,4\n", "1,2,3,four\n", "1.5,2,3,4\n",
                          "1,2,1e200,4\n", "-1,2,3,4\n", "1,9223372036854775807,3,4\n"}) {
    const EpisodeTable table = ParseEpisodes(header + "1,2,3,4\n" + row + "5,6,7,8\n", "f");
    ASSERT_EQ(table.rows.size(), 2u) << row;
    EXPECT_EQ(table.rows[1].episode, 3) << row;
    EXPECT_EQ(table.rows[1].raw_return, 7) << row;
    EXPECT_EQ(table.damage, "f:3: expected the row of an episode; of 3 rows 1 is damaged") << row;
  }
  EXPECT_EQ(ParseEpisodes(header + "1,2,3,4\nx\n5,6,7,8\ny\n", "f").damage,
            "f:3: expected the row of an episode; of 4 rows 2 are damaged");
}

}  // namespace
}  // namespace arcadeq
