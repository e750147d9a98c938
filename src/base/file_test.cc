#include "base/file.h"

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/testing/file_size_limit.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FileTest : public ::testing::Test {
 protected:
  std::vector<std::string> Names() const { return ListDirectory(directory_.path()); }

  const TemporaryDirectory directory_;
};

TEST_F(FileTest, ReadsWhatWasWritten) {
  for (const std::size_t size : {0, 1, 65535, 65536, 65537, 1'000'000}) {
    std::string content(size, '\0');
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 7 + (i >> 8));
    WriteFileAtomically(directory_ / "a", content);
    EXPECT_TRUE(ReadFile(directory_ / "a") == content) << size;
  }
  EXPECT_THAT(Names(), ElementsAre("a"));
}

TEST_F(FileTest, WritesIntoTheCurrentDirectory) {
  const fs::path before = fs::current_path();
  fs::current_path(directory_.path());
  WriteFileAtomically("plain name", "x");
  fs::current_path(before);
  EXPECT_EQ(ReadFile(directory_ / "plain name"), "x");
}

TEST_F(FileTest, ReadsFilesWithoutASize) {
  EXPECT_FALSE(ReadFile("/proc/self/maps").empty());
}

TEST_F(FileTest, ANewFileHasTheUsualPermissions) {
  const mode_t mask = umask(022);
  WriteFileAtomically(directory_ / "a", "x");
  umask(mask);
  EXPECT_EQ(fs::status(directory_ / "a").permissions(), fs::perms(0644));
}

TEST_F(FileTest, ReadErrorsNameTheFileAndTheReason) {
  EXPECT_THAT(RefusalOf([&] { ReadFile(directory_ / "absent"); }),
              AllOf(HasSubstr("absent"), HasSubstr("No such file or directory")));
  EXPECT_THAT(RefusalOf([&] { ReadFile(directory_.path()); }), HasSubstr("Is a directory"));
  EXPECT_EQ(RefusalOf([&] { ReadFile("/dev/zero"); }),
            "cannot read /dev/zero: a device, not a file");
}

TEST_F(FileTest, ReadsAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "content", 7), 7);
  close(ends[1]);
  EXPECT_EQ(ReadFile("/proc/self/fd/" + std::to_string(ends[0])), "content");
  close(ends[0]);
}

TEST_F(FileTest, MakesDirectories) {
  MakeDirectories(directory_ / "a/b");
  MakeDirectories(directory_ / "a/b");
  EXPECT_TRUE(fs::is_directory(directory_ / "a/b"));
  WriteFileAtomically(directory_ / "file", "x");
  EXPECT_THAT(RefusalOf([&] { MakeDirectories(directory_ / "file/b"); }),
              AllOf(HasSubstr("cannot make the directory"), HasSubstr("file/b: Not a directory")));
  EXPECT_THAT(RefusalOf([&] { MakeDirectories(directory_ / "file"); }),
              HasSubstr("Not a directory"));
  fs::create_symlink("circle", directory_ / "circle");
  EXPECT_THAT(RefusalOf([&] { MakeDirectories(directory_ / "circle/b"); }),
              HasSubstr("symbolic links"));
}

TEST_F(FileTest, MakesANewDirectoryOnce) {
  EXPECT_TRUE(MakeNewDirectory(directory_ / "a/b"));
  EXPECT_FALSE(MakeNewDirectory(directory_ / "a/b"));
  WriteFileAtomically(directory_ / "file", "x");
  EXPECT_FALSE(MakeNewDirectory(directory_ / "file"));
  fs::create_symlink("absent", directory_ / "link");
  EXPECT_FALSE(MakeNewDirectory(directory_ / "link"));
  EXPECT_THAT(RefusalOf([&] { MakeNewDirectory(directory_ / "file/b"); }),
              HasSubstr("Not a directory"));
}

TEST_F(FileTest, ListsADirectory) {
  EXPECT_THAT(ListDirectory(directory_ / "absent"), ElementsAre());
  for (const char* name : {"b", "c", "a"}) WriteFileAtomically(directory_ / name, "x");
  EXPECT_THAT(Names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(RefusalOf([&] { ListDirectory(directory_ / "a"); }),
              AllOf(HasSubstr("cannot read"), HasSubstr("a: Not a directory")));
}

TEST_F(FileTest, WriteErrorsNameTheFileAndTheReason) {
  EXPECT_THAT(RefusalOf([&] { WriteFileAtomically(directory_ / "absent" / "a", "x"); }),
              AllOf(HasSubstr("absent/a"), HasSubstr("No such file or directory")));
  fs::create_directory(directory_ / "taken");
  EXPECT_THAT(RefusalOf([&] { WriteFileAtomically(directory_ / "taken", "x"); }),
              AllOf(HasSubstr("taken"), HasSubstr("directory")));
  EXPECT_THAT(Names(), ElementsAre("taken"));
}

TEST_F(FileTest, AWriteThatFailsHalfwayLeavesTheOldFile) {
  WriteFileAtomically(directory_ / "a", "old");
  {
    const FileSizeLimit full(10'000);
    EXPECT_THAT(RefusalOf([&] { WriteFileAtomically(directory_ / "a", std::string(20'000, 'n')); }),
                AllOf(HasSubstr("/a"), HasSubstr("File too large")));
  }
  EXPECT_EQ(ReadFile(directory_ / "a"), "old");
  EXPECT_THAT(Names(), ElementsAre("a"));
}

TEST_F(FileTest, FollowsLinks) {
  fs::create_directory(directory_ / "else");
  WriteFileAtomically(directory_ / "else/old", "old");
  fs::create_symlink("else/old", directory_ / "one");
  fs::create_symlink(directory_ / "one", directory_ / "two");
  fs::create_symlink("else/new", directory_ / "none yet");
  WriteFileAtomically(directory_ / "two", "x");
  WriteFileAtomically(directory_ / "none yet", "y");
  EXPECT_EQ(ReadFile(directory_ / "else/old"), "x");
  EXPECT_EQ(ReadFile(directory_ / "else/new"), "y");
  for (const char* link : {"one", "two", "none yet"}) {
    EXPECT_TRUE(fs::is_symlink(directory_ / link)) << link;
  }
  EXPECT_THAT(Names(), ElementsAre("else", "none yet", "one", "two"));

  fs::create_symlink("circle", directory_ / "circle");
  EXPECT_THAT(RefusalOf([&] { WriteFileAtomically(directory_ / "circle", "x"); }),
              HasSubstr("Too many levels of symbolic links"));
}

TEST_F(FileTest, ReplacesNothingButFiles) {
  ASSERT_EQ(mkfifo((directory_ / "pipe").c_str(), 0666), 0);
  fs::create_symlink("pipe", directory_ / "link");
  fs::create_symlink("/dev/null", directory_ / "device");
  const auto before = Names();
  const auto refusal = [&](const char* name) {
    return RefusalOf([&] { WriteFileAtomically(directory_ / name, "x"); });
  };
  EXPECT_THAT(refusal("pipe"), HasSubstr("pipe: a pipe, not a file"));
  EXPECT_THAT(refusal("link"), HasSubstr("link: a pipe, not a file"));
  EXPECT_THAT(refusal("device"), HasSubstr("device: a device, not a file"));
  EXPECT_THAT(refusal("."), HasSubstr(": a directory, not a file"));
  EXPECT_EQ(Names(), before);
  EXPECT_TRUE(fs::is_fifo(directory_ / "pipe"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(FileTest, RefusesAFileWithoutAName) {
  EXPECT_THAT(RefusalOf([] { WriteFileAtomically("", "x"); }), HasSubstr("No such file"));
  const FileDescriptor open(directory_ / "a", O_WRONLY | O_CREAT);
  fs::remove(directory_ / "a");
  const fs::path link = "/proc/self/fd/" + std::to_string(open.get());
  EXPECT_THAT(RefusalOf([&] { WriteFileAtomically(link, "x"); }), HasSubstr("was removed"));
  EXPECT_THAT(Names(), ElementsAre());
}

// For example of a process with the same id in another container, or a file planted by an attacker.
TEST_F(FileTest, NeverUsesAnothersTemporaryFile) {
  const fs::path theirs = directory_ / ("a." + std::to_string(getpid()) + ".tmp");
  fs::create_symlink("precious", theirs);
  WriteFileAtomically(directory_ / "precious", "theirs");
  const FileReplacement one(directory_ / "a"), other(directory_ / "a");
  EXPECT_NE(one.temporary(), other.temporary());
  WriteFileAtomically(directory_ / "a", "x");
  EXPECT_EQ(ReadFile(directory_ / "a"), "x");
  EXPECT_EQ(ReadFile(directory_ / "precious"), "theirs");
  EXPECT_TRUE(fs::is_symlink(theirs));
}

TEST_F(FileTest, AProcessThatIsKilledLeavesOneFileOrTheOther) {
  constexpr std::size_t kSize = 300'000;
  const fs::path path = directory_ / "a";
  WriteFileAtomically(path, std::string(kSize, 'a'));
  for (int round = 0; round < 20; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (char c = 'a';; c = c == 'z' ? 'a' : static_cast<char>(c + 1)) {
        WriteFileAtomically(path, std::string(kSize, c));
      }
    }
    usleep(1000 + 977 * round);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const std::string content = ReadFile(path);
    EXPECT_EQ(content, std::string(kSize, content.at(0))) << "a torn file";
  }
}

TEST_F(FileTest, RemovesWhatAKilledProcessLeft) {
  const fs::path path = directory_ / "a";
  WriteFileAtomically(path, "old");
  // The limit on the size of files kills it in the middle of a write.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};  // no core dump
    const rlimit small{.rlim_cur = 10'000, .rlim_max = 10'000};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_FSIZE, &small);
    std::signal(SIGXFSZ, SIG_DFL);
    WriteFileAtomically(path, std::string(20'000, 'n'));
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_THAT(Names(), ElementsAre("a", "a." + std::to_string(child) + ".tmp"));
  RemoveTemporaryFiles(directory_.path());
  EXPECT_THAT(Names(), ElementsAre("a"));
  EXPECT_EQ(ReadFile(path), "old");
}

TEST_F(FileTest, RemovesNothingElse) {
  for (const char* name : {".1.tmp", "1.tmp", "a.1.tmpx", "a..tmp", "a.b1.tmp", "a.tmp"}) {
    WriteFileAtomically(directory_ / name, "x");
  }
  const auto before = Names();
  RemoveTemporaryFiles(directory_.path());
  EXPECT_EQ(Names(), before);
  RemoveTemporaryFiles(directory_ / "absent");
}

}  // namespace
}  // namespace arcadeq
