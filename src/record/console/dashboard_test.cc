#include "record/console/dashboard.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/console/score_history.h"
#include "record/console/styled_text.h"
#include "record/console/terminal.h"
#include "record/event.h"
#include "record/run_status.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr TerminalStyle kPlainText{.utf8 = true, .colours = false};

// A run of Space Invaders that has become better.
struct ShownRun {
  RunBegan began{"space_invaders", 12'000'000};
  Progress progress;
  RunStatus status;
  ScoreHistory history;

  ShownRun() {
    began.random_score = 148;
    began.human_score = 1668.7;
    began.window_steps = 2048;
    progress.step = 1'234'567;
    progress.frame = 4'938'268;
    progress.steps_per_second = 4276.2;
    progress.epsilon = 0.0104;
    progress.learning = true;
    progress.loss = 1.562931;
    progress.mean_q = 3.2504;
    progress.random_return = kNone;
    progress.time_shares = {{"acting", 0.214},
                            {"environment", 0.386},
                            {"learning", 0.351},
                            {"evaluation", 0.001},
                            {"other", 0.048}};
    progress.resident_bytes = 412'000'000;
    progress.wall_seconds = 289;
    for (int i = 1; i <= 300; ++i) {
      EpisodeEnded ended = LearningEpisode(i, 100 + 2 * i + i % 7);
      ended.step = 4000 * i;
      status.Update(ended);
      history.Add(ended.step, *status.MeanReturn());
    }
    status.Update(Diagnosis{1'190'000, {{"conv1", 0}, {"conv2", 0.031}, {"hidden", 0.76}}, 40});
  }

  std::vector<std::string> Show(const TerminalSize& size, const TerminalStyle& style = kPlainText,
                                double seconds_since = 0) {
    status.Update(began);
    status.Update(progress);
    return Dashboard(status, history, seconds_since, size, style);
  }
};

// The lines are as wide as they are.
// clang-format off
TEST(Dashboard, ShowsARun) {
  EXPECT_THAT(ShownRun().Show({100, 30}), ElementsAre(
      "─ space_invaders ────────────────────────────────────────────────── 1,234,567 of 12,000,000 steps ─",
      "███████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   10 %  0:04:49, 0:41:58 left",
      "speed    4,276 steps/s   17,105 frames/s",
      "time     acting 21 %   environment 39 %   learning 35 %   other 5 %",
      "score    604.0 mean of the last 100   human-normalised 30 %   episodes 300",
      "   604.0                                                                     ⢀⣀⠤⠔⠒⠊ ↑ human 1,669",
      "                                                                       ⢀⡠⠤⠔⠒⠉⠁",
      "                                                                 ⣀⡠⠤⠒⠊⠉⠁",
      "                                                          ⢀⣀⡠⠤⠒⠊⠉",
      "                                                    ⣀⡠⠤⠔⠒⠉⠁",
      "                                              ⣀⡠⠤⠒⠊⠉",
      "                                       ⢀⣀⠤⠔⠒⠊⠉",
      "                                ⢀⣀⣀⠤⠔⠒⠉⠁",
      "         ┈┈┈┈┈┈┈┈┈┈┈⣀⣀⣀⠤⠤⠤⠔⠒⠒⠊⠉⠉⠁┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ random 148.0",
      "   103.0 ⣀⡠⠤⠤⠔⠒⠒⠒⠉⠉⠉",
      "learning epsilon 0.010   loss 1.56293   mean Q 3.250",
      "memory   412 MB   rollout 2,048 steps",
      "dead     conv1 0 %   conv2 3 %   hidden 76 %"));
}

TEST(Dashboard, LeavesOutWhatDoesNotFit) {
  EXPECT_THAT(ShownRun().Show({60, 14}), ElementsAre(
      "─ space_invaders ────────── 1,234,567 of 12,000,000 steps ─",
      "███░░░░░░░░░░░░░░░░░░░░░░░░░░   10 %  0:04:49, 0:41:58 left",
      "speed    4,276 steps/s   17,105 frames/s",
      "time     acting 21 %   environment 39 %   learning 35 %",
      "score    604.0 mean of the last 100   human-normalised 30 %",
      "   604.0                          ⣀⣀⡠⠤⠤⠒⠒⠒⠉ ↑ human 1,669",
      "                       ⢀⣀⣀⡠⠤⠤⠒⠒⠊⠉⠉",
      "   103.0 ⣀⣀⡠⠤⠤⠤⠤⠔⠒⠒⠒⠒⠉⠉⠁┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈ random 148.0",
      "learning epsilon 0.010   loss 1.56293   mean Q 3.250",
      "memory   412 MB   rollout 2,048 steps",
      "dead     conv1 0 %   conv2 3 %   hidden 76 %"));
}

TEST(Dashboard, ShowsAHumanWithinReachAndAReplayInAsciiToo) {
  ShownRun run;
  run.began.human_score = 700;
  run.began.replay_capacity = 200'000;
  run.progress.replay_frames = 12'345;
  EXPECT_THAT(run.Show({80, 24}, {.utf8 = false, .colours = false}), ElementsAre(
      "- space_invaders ------------------------------ 1,234,567 of 12,000,000 steps -",
      "#####............................................   10 %  0:04:49, 0:41:58 left",
      "speed    4,276 steps/s   17,105 frames/s",
      "time     acting 21 %   environment 39 %   learning 35 %   other 5 %",
      "score    604.0 mean of the last 100   human-normalised 83 %   episodes 300",
      "   700.0 ------------------------------------------------------ human 700.0",
      "                                                         ******",
      "                                                 ********",
      "                                         ********",
      "                                 ********",
      "                       **********",
      "   103.0 **************---------------------------------------- random 148.0",
      "learning epsilon 0.010   loss 1.56293   mean Q 3.250",
      "memory   412 MB   replay 12,345 of 200,000 frames (6 %)",
      "dead     conv1 0 %   conv2 3 %   hidden 76 %"));
}

TEST(Dashboard, IsColoured) {
  EXPECT_THAT(ShownRun().Show({60, 14}, {.utf8 = true, .colours = true}), ElementsAre(
      "\x1b[2m─\x1b[0m \x1b[1mspace_invaders\x1b[0m \x1b[2m──────────\x1b[0m 1,234,567 of 12,000,000 steps \x1b[2m─\x1b[0m",
      "\x1b[36m███\x1b[0m\x1b[2m░░░░░░░░░░░░░░░░░░░░░░░░░░\x1b[0m   10 %  0:04:49, 0:41:58 left",
      "\x1b[2mspeed    \x1b[0m4,276 steps/s   17,105 frames/s",
      "\x1b[2mtime     \x1b[0m\x1b[2macting\x1b[0m 21 %   \x1b[2menvironment\x1b[0m 39 %   \x1b[2mlearning\x1b[0m 35 %",
      "\x1b[2mscore    \x1b[0m\x1b[1m604.0\x1b[0m\x1b[2m mean of the last 100\x1b[0m   \x1b[2mhuman-normalised\x1b[0m 30 %",
      "\x1b[2m   604.0 \x1b[0m                         \x1b[36m⣀⣀⡠⠤⠤⠒⠒⠒⠉\x1b[0m \x1b[33m↑ human 1,669\x1b[0m",
      "\x1b[2m         \x1b[0m              \x1b[36m⢀⣀⣀⡠⠤⠤⠒⠒⠊⠉⠉\x1b[0m",
      "\x1b[2m   103.0 \x1b[0m\x1b[36m⣀⣀⡠⠤⠤⠤⠤⠔⠒⠒⠒⠒⠉⠉⠁\x1b[0m\x1b[2m┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈\x1b[0m \x1b[33mrandom 148.0\x1b[0m",
      "\x1b[2mlearning \x1b[0m\x1b[2mepsilon\x1b[0m 0.010   \x1b[2mloss\x1b[0m 1.56293   \x1b[2mmean Q\x1b[0m 3.250",
      "\x1b[2mmemory   \x1b[0m412 MB   \x1b[2mrollout\x1b[0m 2,048 steps",
      "\x1b[2mdead     \x1b[0m\x1b[2mconv1 \x1b[0m0 %   \x1b[2mconv2 \x1b[0m3 %   \x1b[2mhidden \x1b[0m\x1b[1;33m76 %\x1b[0m"));
}

TEST(Dashboard, BeginsWithLittle) {
  ShownRun run;
  run.began = {"catch"};
  run.status = {};
  run.history = {};
  run.progress = {};
  run.progress.step = run.progress.frame = 100;
  run.progress.steps_per_second = 50;
  run.progress.epsilon = 1;
  run.progress.loss = run.progress.random_return = kNone;
  run.progress.wall_seconds = 2;
  EXPECT_THAT(run.Show({80, 18}, kPlainText, 0.6), ElementsAre(
      "─ catch ─────────────────────────────────────────────────────────── 100 steps ─",
      "0:00:03",
      "speed    50 steps/s   50 frames/s",
      "time",
      "score    no episode has ended yet",
      "",
      "",
      "",
      "",
      "learning epsilon 1.000   not learning yet",
      "memory   0 B",
      "dead     not inspected yet"));
}
// clang-format on

TEST(Dashboard, NeverFillsALineOrTheScreen) {
  for (int columns = 1; columns <= 200; ++columns) {
    for (int rows = 1; rows <= 60; ++rows) {
      const TerminalSize size{columns, rows};
      EXPECT_EQ(DashboardFits(size), columns >= 60 && rows >= 14);
      if (!DashboardFits(size) || rows % 7 != 0) continue;
      const auto lines = ShownRun().Show(size);
      EXPECT_LE(static_cast<int>(lines.size()), rows - 3) << "room for the cursor and two lines";
      for (const std::string& line : lines) EXPECT_LT(DisplayWidth(line), columns) << line;
    }
  }
}

TEST(Dashboard, CountsTheTimeSinceTheLastProgress) {
  EXPECT_THAT(ShownRun().Show({100, 30}, kPlainText, 60),
              Contains(HasSubstr("  0:05:49, 0:40:58 left")));
}

TEST(Dashboard, ShowsTheNearestLimit) {
  ShownRun run;
  run.began.target_frames = 10'000'000;
  run.began.target_episodes = 1000;
  const auto lines = run.Show({100, 30});
  EXPECT_THAT(lines[0], HasSubstr(" 4,938,268 of 10,000,000 frames "));
  EXPECT_THAT(lines[1], HasSubstr(" 49 % "));
}

TEST(Dashboard, ComparesWithTheRunsOwnRandomPlayIfNoneIsPublished) {
  ShownRun run;
  run.began.random_score = run.began.human_score = kNone;
  EXPECT_THAT(run.Show({100, 30}), Each(Not(HasSubstr("random"))));
  run.progress.random_return = 120.25;
  const auto lines = run.Show({100, 30});
  EXPECT_THAT(lines, Contains(testing::EndsWith(" random 120.2")));
  EXPECT_THAT(lines, Each(Not(HasSubstr("human"))));
}

}  // namespace
}  // namespace arcadeq
