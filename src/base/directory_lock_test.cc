#include "base/directory_lock.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DirectoryLockTest : public ::testing::Test {
 protected:
  std::string Refusal() const {
    return RefusalOf([&] { const DirectoryLock lock(directory_.path()); });
  }

  // A child that holds the lock until it is killed.
  pid_t StartOwner() const {
    int ready[2];
    if (pipe(ready) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
      const DirectoryLock lock(directory_.path());
      if (write(ready[1], "x", 1) != 1) _exit(1);
      for (;;) pause();
    }
    char byte = 0;
    const bool locked = read(ready[0], &byte, 1) == 1;
    close(ready[0]);
    close(ready[1]);
    return locked ? child : -1;
  }

  const TemporaryDirectory directory_;
};

TEST_F(DirectoryLockTest, RefusesASecondProcessAndNamesTheFirst) {
  const pid_t owner = StartOwner();
  ASSERT_GT(owner, 0);
  EXPECT_THAT(Refusal(), AllOf(HasSubstr(directory_.path().string()),
                               HasSubstr("in use by process " + std::to_string(owner) + ";")));
  kill(owner, SIGKILL);
  waitpid(owner, nullptr, 0);
  EXPECT_EQ(Refusal(), "") << "a leftover lock file does no harm";
}

TEST_F(DirectoryLockTest, RefusesThisProcessAsWell) {
  auto lock = std::make_unique<DirectoryLock>(directory_.path());
  EXPECT_THAT(lock->warning(), IsEmpty());
  EXPECT_THAT(Refusal(), HasSubstr("process " + std::to_string(getpid())));
  lock.reset();
  EXPECT_EQ(Refusal(), "");
}

TEST_F(DirectoryLockTest, ReplacesWhatAnEarlierOwnerWrote) {
  WriteFileAtomically(directory_ / "lock", "123456789012345\n");
  const DirectoryLock lock(directory_.path());
  EXPECT_EQ(ReadFile(directory_ / "lock"), std::to_string(getpid()) + "\n");
}

TEST_F(DirectoryLockTest, AcceptsAnyContentOfTheFile) {
  for (const char* content : {"", "\n", "no number", "99999999999999999999999999"}) {
    const pid_t owner = StartOwner();
    ASSERT_GT(owner, 0);
    ASSERT_EQ(truncate((directory_ / "lock").c_str(), 0), 0);
    std::FILE* file = std::fopen((directory_ / "lock").c_str(), "r+");
    ASSERT_NE(file, nullptr);
    std::fputs(content, file);
    std::fclose(file);
    EXPECT_THAT(Refusal(), HasSubstr("in use by "));
    kill(owner, SIGKILL);
    waitpid(owner, nullptr, 0);
  }
}

TEST_F(DirectoryLockTest, WarnsIfTheFileSystemHasNoLocks) {
  const auto no_locks = [](int, int) {
    errno = ENOSYS;
    return -1;
  };
  const DirectoryLock first(directory_.path(), no_locks);
  const DirectoryLock second(directory_.path(), no_locks);
  EXPECT_THAT(second.warning(), AllOf(HasSubstr("cannot be locked (Function not implemented)"),
                                      HasSubstr("no other process")));
}

TEST_F(DirectoryLockTest, TriesAgainWhenInterrupted) {
  static int calls;
  calls = 0;
  const DirectoryLock lock(directory_.path(), [](int, int) {
    errno = EINTR;
    return ++calls < 3 ? -1 : 0;
  });
  EXPECT_THAT(lock.warning(), IsEmpty());
  EXPECT_EQ(calls, 3);
}

TEST_F(DirectoryLockTest, NamesTheFileThatItCannotWrite) {
  EXPECT_THAT(RefusalOf([&] { const DirectoryLock lock(directory_ / "absent"); }),
              HasSubstr("absent/lock: No such file or directory"));
}

TEST_F(DirectoryLockTest, WaitsForWhoeverAsksWhetherItIsLocked) {
  int calls = 0;
  static int* counted = nullptr;
  counted = &calls;
  const DirectoryLock lock(directory_.path(), [](int, int) {
    if (++*counted > 2) return 0;
    errno = EWOULDBLOCK;
    return -1;
  });
  EXPECT_EQ(calls, 3);
}

TEST_F(DirectoryLockTest, TellsWhetherItIsLocked) {
  EXPECT_FALSE(IsLocked(directory_.path()));
  EXPECT_TRUE(ListDirectory(directory_.path()).empty());
  {
    const DirectoryLock lock(directory_.path());
    EXPECT_TRUE(IsLocked(directory_.path()));
  }
  EXPECT_FALSE(IsLocked(directory_.path()));
}

}  // namespace
}  // namespace arcadeq
