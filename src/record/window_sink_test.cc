#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/testing/temporary_directory.h"
#include "record/event.h"
#include "record/sink.h"
#include "record/sinks.h"
#include "record/spectator.h"
#include "record/testing/sample_events.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

using testing::HasSubstr;

class WindowSinkTest : public testing::Test {
 protected:
  WindowSinkTest() {
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    setenv("SDL_VIDEODRIVER", "dummy", 1);
  }
  ~WindowSinkTest() override {
    unsetenv("SDL_VIDEODRIVER");
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a process is left";
    EXPECT_EQ(errno, ECHILD);
  }

  // Makes a sink with a shell script as the window process; its standard input is the socket.
  std::unique_ptr<Sink> MakeSink(const std::string& script) {
    return MakeWindowSink(WindowCommand{"/bin/sh", {"sh", "-c", script}}, spectator_);
  }

  // Shows pictures until the sink fails; returns why.
  static std::string Failure(Sink& sink) {
    for (;;) {
      try {
        sink.Handle(Picture(1));
      } catch (const UserError& error) {
        return error.what();
      }
    }
  }

  Spectator spectator_;
};

TEST_F(WindowSinkTest, ShowsPicturesInASeparateProcess) {
  const auto sink = MakeWindowSink(MakeWindowCommand("game"), spectator_);
  EXPECT_TRUE(spectator_.watches);
  for (int i = 0; i < 20; ++i) sink->Handle(Picture(1, static_cast<std::uint8_t>(i % 4)));
  sink->Flush();
  sink->Handle(RunEnded{});
  EXPECT_TRUE(spectator_.watches);
}

TEST_F(WindowSinkTest, ReportsADisplayError) {
  unsetenv("SDL_VIDEODRIVER");
  const auto sink = MakeWindowSink(MakeWindowCommand("game"), spectator_);
  EXPECT_EQ(Failure(*sink), "no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
  EXPECT_FALSE(spectator_.watches);
}

TEST_F(WindowSinkTest, ReportsADisplayErrorEvenIfTheRunEndsAtOnce) {
  const auto sink = MakeSink("sleep 0.1; echo it is broken >&0");
  try {
    sink->Handle(RunEnded{});
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "it is broken");
  }
}

TEST_F(WindowSinkTest, ReportsALostDisplay) {
  const auto sink = MakeSink("echo ready >&0; exit 1");
  EXPECT_EQ(Failure(*sink), "the window was lost: the connection to the display broke");
  EXPECT_FALSE(spectator_.watches);
}

TEST_F(WindowSinkTest, ReportsAProcessThatCannotStart) {
  const auto sink = MakeWindowSink(WindowCommand{"/nowhere/arcadeq", {"arcadeq"}}, spectator_);
  EXPECT_THAT(Failure(*sink), HasSubstr("cannot start /nowhere/arcadeq: No such file"));
}

TEST_F(WindowSinkTest, EndsQuietlyWhenTheUserClosesTheWindow) {
  const auto sink = MakeSink("echo ready >&0; echo closed >&0");
  while (spectator_.watches) sink->Handle(Picture(1));
  sink->Handle(Picture(2));
  sink->Flush();
  sink->Handle(RunEnded{});
}

TEST_F(WindowSinkTest, GivesUpOnAnUnresponsiveDisplay) {
  const auto sink = MakeSink("sleep 1000");
  EXPECT_THROW(sink->Handle(RunEnded{}), UserError);
}

TEST_F(WindowSinkTest, SpaceStopsAndContinuesTheDrawing) {
  const TemporaryDirectory directory;
  const std::string seen = (directory / "seen").string();
  const auto sink = MakeSink("echo ready >&0; echo press space >&0; while [ ! -e " + seen +
                             " ]; do sleep 0.01; done; echo press space >&0; cat >/dev/null");
  sink->Handle(Picture(1));
  while (spectator_.watches) sink->Flush();
  std::ofstream{seen};
  while (!spectator_.watches) sink->Flush();
}

TEST_F(WindowSinkTest, OShowsAndHidesWhatTheAgentThinks) {
  const auto sink =
      MakeSink("echo ready >&0; echo press o >&0; echo release o >&0; cat >/dev/null");
  EXPECT_FALSE(spectator_.wants_moments);
  while (!spectator_.wants_moments) sink->Flush();
  EXPECT_TRUE(spectator_.watches);
}

}  // namespace
}  // namespace arcadeq
