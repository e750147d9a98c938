#include "base/child_process.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class ChildProcessTest : public testing::Test {
 protected:
  ChildProcessTest() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    ours_ = ends[0];
    its_ = ends[1];
  }
  ~ChildProcessTest() override {
    close(ours_);
    close(its_);
  }

  // Runs the script in a child; returns what it writes to its standard input.
  std::string Answer(const std::string& script) {
    ChildProcess child("/bin/sh", {"sh", "-c", script}, {.input = its_});
    EXPECT_TRUE(child.WaitFor(hours(1)));
    return Received();
  }

  std::string Received() const {
    std::string text(4096, '\0');
    text.resize(static_cast<std::size_t>(
        std::max<ssize_t>(recv(ours_, text.data(), text.size(), MSG_DONTWAIT), 0)));
    return text;
  }

  int ours_ = -1;
  int its_ = -1;
};

TEST_F(ChildProcessTest, ReadsTheSocketAsStandardInput) {
  EXPECT_EQ(Answer("echo hello >&0"), "hello\n");
}

TEST_F(ChildProcessTest, WritesToTheGivenStreams) {
  ChildProcess child("/bin/sh", {"sh", "-c", "cat; echo out; echo error >&2"},
                     {.output = its_, .error = its_});
  EXPECT_TRUE(child.WaitFor(hours(1)));
  EXPECT_EQ(Received(), "out\nerror\n");
}

TEST_F(ChildProcessTest, InheritsNoOtherDescriptor) {
  const int inherited = open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  ASSERT_GT(inherited, 2);
  // The last one is the directory that ls has open.
  EXPECT_EQ(Answer("exec >&0; readlink /proc/$$/fd/2; exec ls /proc/self/fd"),
            "/dev/null\n0\n1\n2\n3\n");
  close(inherited);
}

TEST_F(ChildProcessTest, HasItsOwnProcessGroup) {
  const std::string groups = Answer("echo $$ >&0; cut -d ' ' -f 5 /proc/$$/stat >&0");
  const std::size_t half = groups.size() / 2;
  EXPECT_EQ(groups.substr(0, half), groups.substr(half));
}

TEST_F(ChildProcessTest, ReportsWhetherAndHowItEnded) {
  ChildProcess sleeper("/bin/sleep", {"sleep", "1000"}, {});
  EXPECT_FALSE(sleeper.WaitFor(milliseconds(5)));
  EXPECT_EQ(sleeper.signal(), 0);
  EXPECT_EQ(sleeper.exit_code(), -1);
  sleeper.Terminate();
  EXPECT_TRUE(sleeper.WaitFor(hours(1)));
  EXPECT_EQ(sleeper.exit_code(), -1);
  EXPECT_EQ(sleeper.signal(), SIGTERM);

  ChildProcess quick("/bin/sh", {"sh", "-c", "exit 3"}, {});
  EXPECT_TRUE(quick.WaitFor(hours(1)));
  EXPECT_EQ(quick.signal(), 0);
  EXPECT_EQ(quick.exit_code(), 3);
}

TEST_F(ChildProcessTest, IsKilledByTheDestructor) {
  pid_t pid = 0;
  {
    ChildProcess stubborn("/bin/sh", {"sh", "-c", "trap '' TERM; kill -STOP $$"}, {});
    pid = stubborn.pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(ChildProcessTest, SaysWhyItCannotStart) {
  try {
    ChildProcess("/nowhere/program", {"program"}, {});
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "cannot start /nowhere/program: No such file or directory");
  }
}

}  // namespace
}  // namespace arcadeq
