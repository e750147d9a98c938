#include "sweep/sweep_report.h"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "sweep/run_result.h"
#include "sweep/sweep_run.h"
#include "sweep/testing/sample_sweep.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SweepReportTest : public testing::Test {
 protected:
  // Both runs of "base" are complete; one of "low" is running, and one has not begun.
  SweepReportTest() {
    for (const SweepRun& run : sweep_.runs) runs_.push_back({run, {}, std::nullopt});
    Complete(runs_[0], {10, 20});
    Complete(runs_[2], {30, 50});
    runs_[1].episodes = {{.step = 20, .frame = 80, .raw_return = 4, .wall_seconds = 3},
                         {.step = 40, .frame = 160, .raw_return = 6, .wall_seconds = 6}};
  }

  static void Complete(ReportedRun& run, std::vector<double> scores) {
    run.episodes = {{.step = 100, .frame = 400, .raw_return = 2, .wall_seconds = 30},
                    {.step = 290, .frame = 1160, .raw_return = 4, .wall_seconds = 60}};
    RunResult result;
    result.counters.steps = 300;
    result.counters.frames = 1200;
    result.counters.seconds = 90;
    result.evaluation.scores = std::move(scores);
    run.result = result;
  }

  const SampleSweep sweep_;
  std::vector<ReportedRun> runs_;
};

TEST_F(SweepReportTest, CsvHasARowPerRun) {
  EXPECT_EQ(ResultsCsv(runs_),
            "variant,seed,steps,frames,minutes,last_100_mean,evaluation_mean,evaluation_sd,games\n"
            "base,1,300,1200,1.500,3,15,7.0710678118654755,2\n"
            "low,1,40,160,0.100,5,,,\n"
            "base,2,300,1200,1.500,3,40,14.142135623730951,2\n");
}

TEST_F(SweepReportTest, TableHasARowPerVariant) {
  EXPECT_EQ(ResultsTable(sweep_.plan, runs_),
            "variant  runs  mean score  95 % interval  seed 1  seed 2  last 100  minutes\n"
            "base      2/2        27.5   15.0 to 40.0    15.0    40.0       3.0      1.5\n"
            "low       0/2           -              -       -       -         -        -\n");
}

TEST_F(SweepReportTest, WritesTheCsvAndTheCurves) {
  WriteReports(sweep_.plan, runs_);
  EXPECT_EQ(ReadFile(sweep_.directory / "results.csv"), ResultsCsv(runs_));
  const std::string svg = ReadFile(sweep_.directory / "curves.svg");
  for (const char* text : {">base</text>", ">low</text>", ">frames</text>",
                           ">minutes of training</text>", ">sample: every seed"}) {
    EXPECT_TRUE(svg.find(text) != std::string::npos) << text;
  }
}

TEST_F(SweepReportTest, AcceptsASweepWithoutRuns) {
  std::vector<std::string> messages;
  const auto runs = ReadRuns(sweep_.runs, messages);
  EXPECT_THAT(messages, IsEmpty());
  EXPECT_THAT(ResultsTable(sweep_.plan, runs), HasSubstr("base      0/2"));
  EXPECT_THAT(CurvesSvg(sweep_.plan, runs), HasSubstr("</svg>"));
}

TEST_F(SweepReportTest, ReportsTheOthersIfAFileIsDamaged) {
  for (const std::size_t run : {0, 2}) {
    std::filesystem::create_directories(sweep_.runs[run].directory);
  }
  std::ofstream(sweep_.runs[0].directory / "episodes.csv") << "garbage\n";
  std::ofstream(sweep_.runs[2].directory / "episodes.csv")
      << "step,frame,raw_return,wall_seconds\n1,2,3,4\nx\n5,6,7,8\n";
  std::vector<std::string> messages;
  const auto runs = ReadRuns(sweep_.runs, messages);
  EXPECT_THAT(messages, ElementsAre(HasSubstr("base-seed1/episodes.csv has no column step"),
                                    HasSubstr("base-seed2/episodes.csv:3: expected the row")));
  EXPECT_TRUE(runs[0].episodes.empty());
  EXPECT_EQ(runs[2].episodes.size(), 2u);
}

}  // namespace
}  // namespace arcadeq
