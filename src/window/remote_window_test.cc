#include "window/remote_window.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/error.h"
#include "base/testing/refusal.h"
#include "picture/testing/image.h"
#include "window/key.h"
#include "window/window_process.h"

namespace arcadeq {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

class RemoteWindowTest : public testing::Test {
 protected:
  RemoteWindowTest() {
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    setenv("SDL_VIDEODRIVER", "dummy", 1);
  }
  ~RemoteWindowTest() override {
    unsetenv("SDL_VIDEODRIVER");
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a process is left";
    EXPECT_EQ(errno, ECHILD);
  }

  // A shell script as the window process; its standard input is the socket.
  static WindowCommand Script(const std::string& script) {
    return {"/bin/sh", {"sh", "-c", script}};
  }

  // Shows pictures until the window fails; returns why.
  static std::string Failure(WindowCommand command) {
    return RefusalOf([&] {
      RemoteWindow window(std::move(command));
      while (window.open()) {
        window.Show(PlainImage());
        window.Attend();
      }
    });
  }
};

TEST_F(RemoteWindowTest, ShowsPicturesInASeparateProcess) {
  RemoteWindow window(MakeWindowCommand("game"));
  window.AwaitReady(seconds(10));
  for (int i = 0; i < 20; ++i) {
    window.Show(PlainImage(static_cast<std::uint8_t>(i % 4)));
    window.Attend();
  }
  EXPECT_TRUE(window.open());
}

TEST_F(RemoteWindowTest, ReportsADisplayError) {
  unsetenv("SDL_VIDEODRIVER");
  EXPECT_EQ(Failure(MakeWindowCommand("game")),
            "no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
}

TEST_F(RemoteWindowTest, ReportsALostDisplay) {
  EXPECT_EQ(Failure(Script("echo ready >&0; exit 1")),
            "the window was lost: the connection to the display broke");
}

TEST_F(RemoteWindowTest, ReportsAKilledProcess) {
  EXPECT_EQ(Failure(Script("echo ready >&0; kill -9 $$")),
            "the window was lost: its process was killed by signal 9");
}

TEST_F(RemoteWindowTest, ReportsAProcessThatCannotStart) {
  EXPECT_THAT(Failure({"/nowhere/arcadeq", {"arcadeq"}}),
              HasSubstr("cannot show a window: cannot start /nowhere/arcadeq: No such file"));
}

TEST_F(RemoteWindowTest, GivesUpOnAnUnresponsiveDisplay) {
  RemoteWindow window(Script("sleep 1000"));
  EXPECT_EQ(RefusalOf([&] { window.AwaitReady(milliseconds(50)); }),
            "no display: it does not respond");
  EXPECT_FALSE(window.open());
}

TEST_F(RemoteWindowTest, ReportsTheKeysInTheirOrder) {
  RemoteWindow window(
      Script("echo ready >&0; printf 'press left\\npress o\\nrele' >&0; "
             "sleep 0.1; echo 'ase left' >&0; cat >/dev/null"));
  std::vector<KeyEvent> keys;
  while (keys.size() < 3) {
    window.Wait(milliseconds(100));
    for (const KeyEvent& key : window.TakeKeys()) keys.push_back(key);
  }
  EXPECT_THAT(keys, ElementsAre(KeyEvent{Key::kLeft, true}, KeyEvent{Key::kO, true},
                                KeyEvent{Key::kLeft, false}));
}

TEST_F(RemoteWindowTest, EndsQuietlyWhenTheUserClosesTheWindow) {
  RemoteWindow window(Script("echo ready >&0; echo closed >&0"));
  while (window.open()) window.Wait(milliseconds(100));
  window.Show(PlainImage());
  window.Attend();
  window.Wait(milliseconds(1));
  EXPECT_FALSE(window.open());
}

TEST_F(RemoteWindowTest, DoesNotWaitForAHangingProcess) {
  RemoteWindow window(Script("trap '' TERM; echo ready >&0; while :; do sleep 1000; done"));
  window.AwaitReady(seconds(10));
  for (int i = 0; i < 100; ++i) {  // more than the socket buffer holds
    window.Show(PlainImage(0, 1000, 1000));
    window.Attend();
  }
}

TEST_F(RemoteWindowTest, EndsItsProcessEvenIfSigchldIsIgnored) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  { const RemoteWindow window(MakeWindowCommand("game")); }
  EXPECT_THAT(Failure(Script("exit 1")), HasSubstr("was lost"));
  std::signal(SIGCHLD, before);
}

}  // namespace
}  // namespace arcadeq
