#include <algorithm>
#include <chrono>
#include <climits>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "record/event.h"
#include "record/recorder.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// The output of a console sink, captured in a file.
class Output {
 public:
  std::unique_ptr<Sink> MakeSink(bool is_terminal) {
    return MakeConsoleSink(file_.get(), is_terminal);
  }
  std::string Take() {
    std::string text(static_cast<std::size_t>(lseek(fileno(file_.get()), 0, SEEK_CUR) - taken_),
                     '\0');
    EXPECT_EQ(pread(fileno(file_.get()), text.data(), text.size(), taken_), std::ssize(text));
    taken_ += std::ssize(text);
    return text;
  }

 private:
  File file_{std::tmpfile()};
  off_t taken_ = 0;
};

// A pseudo-terminal that the test reads from.
class Terminal {
 public:
  Terminal(unsigned short rows, unsigned short columns)
      : reader_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
    EXPECT_EQ(grantpt(reader_.get()), 0);
    EXPECT_EQ(unlockpt(reader_.get()), 0);
    screen_.reset(std::fopen(ptsname(reader_.get()), "r+"));
    winsize size = {};
    size.ws_row = rows;
    size.ws_col = columns;
    EXPECT_EQ(ioctl(reader_.get(), TIOCSWINSZ, &size), 0);
  }
  std::FILE* screen() const { return screen_.get(); }
  std::string Take() {
    std::string text;
    char chunk[256];
    for (ssize_t n; (n = read(reader_.get(), chunk, sizeof(chunk))) > 0;) text.append(chunk, n);
    return text;
  }

 private:
  FileDescriptor reader_;
  File screen_;
};

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() {
    unsetenv("NO_COLOR");
    setenv("LC_ALL", "C", 1);
    setenv("TERM", "xterm", 1);
  }
};

EpisodeEnded PreTrainingEpisode(std::int64_t episode) {
  EpisodeEnded ended;
  ended.episode = episode;
  return ended;
}

Progress ProgressAt(double wall_seconds) {
  Progress progress;
  progress.step = 500;
  progress.frame = 1500;
  progress.steps_per_second = 50;
  progress.epsilon = 1;
  progress.wall_seconds = wall_seconds;
  return progress;
}

constexpr char kStatus[] = "1,500 frames, 50 steps/s, eps: 1.000";

TEST_F(ConsoleTest, WritesTheArticlesLines) {
  Output output;
  const auto sink = output.MakeSink(false);
  sink->Handle(RunBegan{});
  sink->Handle(PreTrainingEpisode(3));
  sink->Handle(LearningEpisode(12, 155));
  EXPECT_EQ(output.Take(),
            "Pre-training...Episode: 3\n"
            "Episode: 12, Reward: 155.0, avg loss: 0.01234, eps: 0.983\n");
  EpisodeEnded without_updates = LearningEpisode(13, 20);
  without_updates.mean_loss = std::numeric_limits<double>::quiet_NaN();
  sink->Handle(without_updates);
  EXPECT_EQ(output.Take(), "Episode: 13, Reward: 20.0, avg loss: -, eps: 0.983\n");
}

TEST_F(ConsoleTest, WritesPlainLinesWhenPiped) {
  Output output;
  {
    const auto sink = output.MakeSink(false);
    sink->Handle(ProgressAt(29));
    EXPECT_EQ(output.Take(), "");
    sink->Handle(ProgressAt(30));
    EXPECT_EQ(output.Take(), std::string("Progress: ") + kStatus + "\n");
    sink->Handle(ProgressAt(59));
    EXPECT_EQ(output.Take(), "");
    sink->Handle(Note{"weights written", false});
    sink->Handle(Note{"disk full", true});
    sink->Handle(RunEnded{3000, 8990, 12, 3725, "3000 steps done"});
  }
  EXPECT_EQ(output.Take(),
            "weights written\n"
            "Warning: disk full\n"
            "Run ended: 3000 steps done. 3,000 steps, 8,990 frames, 12 episodes in 1:02:05.\n");
}

TEST_F(ConsoleTest, KeepsALiveLineBelowTheOthersOnATerminal) {
  const std::string erase = "\r\x1b[K";
  Output output;
  {
    const auto sink = output.MakeSink(true);
    sink->Handle(PreTrainingEpisode(1));
    EXPECT_EQ(output.Take(), "Pre-training...Episode: 1\n");
    sink->Handle(ProgressAt(1));
    const std::string status = "1,500 frames, 50 steps/s, mean reward: 0.0, eps: 1.000";
    EXPECT_EQ(output.Take(), status);
    sink->Handle(ProgressAt(1.05));
    EXPECT_EQ(output.Take(), "") << "no more than ten times a second";
    sink->Handle(ProgressAt(1.11));
    EXPECT_EQ(output.Take(), erase + status);
    sink->Handle(PreTrainingEpisode(2));
    EXPECT_EQ(output.Take(), erase + "Pre-training...Episode: 2\n" + status);
    sink->Handle(RunEnded{1, 3, 2, 1, "interrupted"});
    EXPECT_EQ(output.Take(),
              erase + "Run ended: interrupted. 1 steps, 3 frames, 2 episodes in 0:00:01.\n");
  }
  EXPECT_EQ(output.Take(), "");
}

TEST_F(ConsoleTest, ClearsTheLiveLineWhenTheRunAborts) {
  Output output;
  {
    const auto sink = output.MakeSink(true);
    sink->Handle(ProgressAt(1));
    output.Take();
  }
  EXPECT_EQ(output.Take(), "\r\x1b[K");
}

TEST_F(ConsoleTest, ColoursWarningsUnlessNoColorIsSet) {
  Output output;
  output.MakeSink(true)->Handle(Note{"disk full", true});
  EXPECT_EQ(output.Take(), "\x1b[1;33mWarning: disk full\x1b[0m\n");
  setenv("NO_COLOR", "1", 1);
  output.MakeSink(true)->Handle(Note{"disk full", true});
  EXPECT_EQ(output.Take(), "Warning: disk full\n");
}

TEST_F(ConsoleTest, TreatsADumbTerminalAsAPipe) {
  setenv("TERM", "dumb", 1);
  Output output;
  const auto sink = output.MakeSink(true);
  sink->Handle(ProgressAt(1));
  EXPECT_EQ(output.Take(), "");
}

TEST_F(ConsoleTest, TruncatesTheLiveLineToTheTerminal) {
  Terminal terminal(24, 20);
  MakeConsoleSink(terminal.screen(), true)->Handle(ProgressAt(1));
  EXPECT_EQ(terminal.Take(), std::string(kStatus).substr(0, 19) + "\r\x1b[K");
}

TEST_F(ConsoleTest, SurvivesAReaderThatGoesAway) {
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const File closed_pipe(fdopen(ends[1], "w"));
  close(ends[0]);
  std::vector<std::unique_ptr<Sink>> sinks;
  sinks.push_back(MakeConsoleSink(closed_pipe.get(), false));
  Recorder recorder(std::move(sinks));
  recorder.Emit(LearningEpisode(1, 5));  // SIGPIPE would end the test's process
  recorder.Close();
  std::signal(SIGPIPE, before);
}

// For example with `| less` or after Ctrl-S.
TEST_F(ConsoleTest, DropsLinesWhileNobodyReads) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  const File pipe_in(fdopen(ends[1], "w"));
  const auto take = [&] {
    std::string text;
    char chunk[4096];
    for (ssize_t n; (n = read(ends[0], chunk, sizeof(chunk))) > 0;) text.append(chunk, n);
    return text;
  };
  {
    const auto sink = MakeConsoleSink(pipe_in.get(), false);
    constexpr int kLines = 5000;  // more than a pipe holds
    for (int i = 1; i <= kLines; ++i) sink->Handle(PreTrainingEpisode(i));
    sink->Handle(Note{std::string(1'000'000, 'x'), false});
    const std::string text = take();
    const auto written = std::ranges::count(text, '\n');
    EXPECT_THAT(text, EndsWith(fmt::format("Episode: {}\n", written)));
    ASSERT_LT(written, kLines);

    sink->Handle(PreTrainingEpisode(kLines + 1));
    EXPECT_EQ(take(), fmt::format("({} lines dropped: nobody read them)\n"
                                  "Pre-training...Episode: {}\n",
                                  kLines + 1 - written, kLines + 1));
    sink->Handle(PreTrainingEpisode(kLines + 2));
    EXPECT_EQ(take(), fmt::format("Pre-training...Episode: {}\n", kLines + 2));
    sink->Handle(Note{std::string(1'000'000, 'x'), false});  // stops halfway
    sink->Handle(PreTrainingEpisode(kLines + 3));
    std::string rest;
    do {
      rest += take();
      sink->Flush();
    } while (rest.size() < 1'000'001);
    EXPECT_EQ(rest, std::string(1'000'000, 'x') + "\n");
    sink->Handle(PreTrainingEpisode(kLines + 4));
    EXPECT_EQ(take(), fmt::format("(1 lines dropped: nobody read them)\n"
                                  "Pre-training...Episode: {}\n",
                                  kLines + 4));
  }
  close(ends[0]);
}

// Otherwise the event queue would grow, and checkpoints and the end of the run would wait for it.
TEST_F(ConsoleTest, DoesNotWaitForASlowReader) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  File pipe_in(fdopen(ends[1], "w"));
  std::string text;
  std::thread reader([&] {
    char chunk[PIPE_BUF];
    for (ssize_t n; (n = read(ends[0], chunk, sizeof(chunk))) > 0;) {
      text.append(chunk, n);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  {
    const auto sink = MakeConsoleSink(pipe_in.get(), false);
    for (int i = 1; i <= 15000; ++i) sink->Handle(PreTrainingEpisode(i));
  }
  pipe_in.reset();
  reader.join();
  EXPECT_LT(std::ranges::count(text, '\n'), 14000);
  close(ends[0]);
}

// A terminal counts as writable as soon as it has any room: a longer write would block.
TEST_F(ConsoleTest, DoesNotWaitForAStoppedTerminal) {
  const Terminal terminal(30, 100);
  {
    const auto sink = MakeConsoleSink(terminal.screen(), true);
    sink->Handle(ProgressAt(1));
    for (int i = 1; i <= 5000; ++i) sink->Handle(Note{"nobody reads this", false});
  }
  EXPECT_EQ(fcntl(fileno(terminal.screen()), F_GETFL) & O_NONBLOCK, 0) << "others share it";
}

TEST_F(ConsoleTest, KeepsADashboardBelowTheLinesOnALargeTerminal) {
  Terminal terminal(30, 100);
  std::string text;
  {
    const auto sink = MakeConsoleSink(terminal.screen(), true);
    sink->Handle(RunBegan{"catch", 1000});
    sink->Handle(Note{"before", false});
    sink->Handle(ProgressAt(1));
    text = terminal.Take();
    EXPECT_THAT(text, StartsWith("before\r\n\x1b[2m-\x1b[0m \x1b[1mcatch\x1b[0m "));
    EXPECT_THAT(text, HasSubstr(" 500 of 1,000 steps "));
    EXPECT_THAT(text, HasSubstr("learning "));
    const auto lines = std::ranges::count(text, '\n') - 1;

    sink->Handle(Note{"above", false});
    sink->Handle(ProgressAt(1.2));
    EXPECT_EQ(terminal.Take(), "") << "not before the next time";
    sink->Handle(RunEnded{1000, 3000, 2, 10, "1000 steps done"});
    text = terminal.Take();
    EXPECT_THAT(text, StartsWith(fmt::format("\x1b[{}A\rabove\x1b[K\r\n", lines)));
    EXPECT_THAT(text, HasSubstr(" 1,000 of 1,000 steps "));
    EXPECT_THAT(text, EndsWith("\x1b[K\r\n\x1b[JRun ended: 1000 steps done. 1,000 steps, 3,000 "
                               "frames, 2 episodes in 0:00:10.\r\n"));
  }
  EXPECT_EQ(terminal.Take(), "");
}

TEST_F(ConsoleTest, LeavesTheDashboardWhenTheRunAborts) {
  Terminal terminal(30, 100);
  {
    const auto sink = MakeConsoleSink(terminal.screen(), true);
    sink->Handle(ProgressAt(1));
    terminal.Take();
    sink->Handle(Note{"the last words", false});
    EXPECT_EQ(terminal.Take(), "");
  }
  const std::string text = terminal.Take();
  EXPECT_THAT(text, HasSubstr("the last words"));
  EXPECT_THAT(text, EndsWith("\x1b[K\r\n\x1b[J"));
}

TEST_F(ConsoleTest, SumsUpManyEpisodesOnATerminalOnly) {
  for (const bool is_terminal : {true, false}) {
    Output output;
    {
      const auto sink = output.MakeSink(is_terminal);
      for (int i = 1; i <= 50; ++i) sink->Handle(PreTrainingEpisode(i));
    }
    const std::string text = output.Take();
    EXPECT_EQ(std::ranges::count(text, '\n'), is_terminal ? 5 : 50);
    EXPECT_EQ(text.ends_with("Pre-training...Episodes: 5 to 50\n"), is_terminal);
  }
}

TEST_F(ConsoleTest, ContinuesTheCurve) {
  SinkStates states;
  {
    Output output;
    const auto sink = output.MakeSink(true);
    for (int i = 1; i <= 9; ++i) sink->Handle(LearningEpisode(i, 100 * i));
    sink->Save(states);
  }
  Terminal terminal(30, 100);
  const auto sink = MakeConsoleSink(terminal.screen(), true, states);
  Progress progress = ProgressAt(1);
  progress.random_return = std::numeric_limits<double>::quiet_NaN();
  sink->Handle(progress);
  const std::string text = terminal.Take();
  EXPECT_THAT(text, HasSubstr("  500.0 ")) << "the last mean";
  EXPECT_THAT(text, HasSubstr("  100.0 ")) << "the first";
}

}  // namespace
}  // namespace arcadeq
