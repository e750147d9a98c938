#include "record/console/terminal.h"

#include <csignal>
#include <cstdlib>
#include <optional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

class TerminalTest : public testing::Test {
 protected:
  TerminalTest() {
    for (const char* name : {"NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"}) unsetenv(name);
    setenv("TERM", "xterm", 1);
  }
};

TEST_F(TerminalTest, ThereIsASizeIfItIsKnown) {
  const FileDescriptor terminal(posix_openpt(O_RDWR | O_NOCTTY));
  ASSERT_GE(terminal.get(), 0);
  EXPECT_EQ(SizeOfTerminal(terminal.get()), std::nullopt);
  winsize size = {};
  size.ws_row = 24;
  size.ws_col = 80;
  ASSERT_EQ(ioctl(terminal.get(), TIOCSWINSZ, &size), 0);
  EXPECT_EQ(SizeOfTerminal(terminal.get()), (TerminalSize{80, 24}));
  EXPECT_TRUE(InForeground(terminal.get())) << "it does not control this process";
}

TEST_F(TerminalTest, APipeHasNoSize) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const FileDescriptor out(ends[0]), in(ends[1]);
  EXPECT_EQ(SizeOfTerminal(in.get()), std::nullopt);
  EXPECT_TRUE(InForeground(in.get()));
}

TEST_F(TerminalTest, TheFirstVariableThatIsSetNamesTheEncoding) {
  EXPECT_FALSE(StyleOfTerminal().utf8);
  setenv("LANG", "en_GB.UTF-8", 1);
  EXPECT_TRUE(StyleOfTerminal().utf8);
  setenv("LC_CTYPE", "C", 1);
  EXPECT_FALSE(StyleOfTerminal().utf8);
  setenv("LC_ALL", "C.utf8", 1);
  EXPECT_TRUE(StyleOfTerminal().utf8);
  setenv("LC_ALL", "", 1);
  EXPECT_FALSE(StyleOfTerminal().utf8);
}

TEST_F(TerminalTest, ColoursCanBeDeclined) {
  EXPECT_TRUE(StyleOfTerminal().colours);
  setenv("NO_COLOR", "", 1);
  EXPECT_TRUE(StyleOfTerminal().colours);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(StyleOfTerminal().colours);
}

TEST_F(TerminalTest, ADumbTerminalCanDoNothing) {
  setenv("LANG", "C.UTF-8", 1);
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(TerminalIsCapable());
  EXPECT_FALSE(StyleOfTerminal().utf8);
  EXPECT_FALSE(StyleOfTerminal().colours);
}

TEST_F(TerminalTest, NoticesThatTheProcessWasContinued) {
  ContinueWatch watch;
  EXPECT_FALSE(watch.WasContinued());
  std::raise(SIGCONT);
  EXPECT_TRUE(watch.WasContinued());
  EXPECT_FALSE(watch.WasContinued());
}

}  // namespace
}  // namespace arcadeq
