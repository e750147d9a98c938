#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/testing/sample_checkpoint.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace arcadeq::testing;

std::optional<Checkpoint> Newest(const fs::path& directory) {
  std::vector<std::string> messages;
  if (ListCheckpoints(directory).empty()) return std::nullopt;
  return CheckpointReader::OpenNewest(directory, messages).checkpoint();
}

// Continues from the newest checkpoint and writes one after another until killed; reports the step
// of each through `committed`.
[[noreturn]] void WriteUntilKilled(const fs::path& directory, const Retention& retention,
                                   int committed) {
  std::optional<Checkpoint> last = Newest(directory);
  for (;;) {
    const std::int64_t step = last ? last->manifest.info.step + 1 : 1;
    last = WriteSample(directory, step, last, retention);
    if (write(committed, &step, sizeof(step)) != sizeof(step)) _exit(1);
  }
}

// Returns whether it was still running.
bool Kill(pid_t child) {
  int status = 0;
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

// Each round lets the child write some checkpoints and kills it within the duration of one write.
TEST(CheckpointFaults, AProcessKilledAtAnyMomentLeavesTheLastOneGood) {
  using Clock = std::chrono::steady_clock;
  const TemporaryDirectory directory;
  RandomStream random(1, "kill");
  std::int64_t last_committed = 0;
  Clock::duration one_takes = std::chrono::milliseconds(10);
  for (int round = 0; round < 100; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) WriteUntilKilled(directory.path(), {.keep = 1 + round % 2}, ends[1]);
    close(ends[1]);
    const auto begin = Clock::now();
    const auto awaited = static_cast<int>(random.Below(3));
    for (int i = 0; i < awaited; ++i) {
      ASSERT_EQ(read(ends[0], &last_committed, sizeof(last_committed)), 8);
    }
    if (awaited > 0) one_takes = (Clock::now() - begin) / awaited;
    std::this_thread::sleep_for(one_takes * random.Uniform());
    ASSERT_TRUE(Kill(child));
    while (read(ends[0], &last_committed, sizeof(last_committed)) > 0) continue;
    close(ends[0]);
    if (last_committed == 0) continue;
    std::vector<std::string> messages;
    const auto reader = CheckpointReader::OpenNewest(directory.path(), messages);
    ASSERT_THAT(messages, IsEmpty());
    ASSERT_TRUE(IsSample(reader));
    ASSERT_GE(reader.info().step, last_committed) << "a committed checkpoint is lost";
  }
  EXPECT_GT(last_committed, 50);
}

// A checkpoint of the same step replaces the other atomically.
TEST(CheckpointFaults, AProcessKilledWhileItReplacesOneLeavesOneOfThem) {
  const TemporaryDirectory directory;
  RandomStream random(2, "kill");
  const Checkpoint first = WriteSample(directory.path(), 1, std::nullopt);
  for (int round = 0; round < 50; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (;;) WriteSample(directory.path(), 1, first, {.keep = 1});
    }
    usleep(static_cast<useconds_t>(random.Between(0, 10'000)));
    ASSERT_TRUE(Kill(child));
    std::vector<std::string> messages;
    ASSERT_TRUE(IsSample(CheckpointReader::OpenNewest(directory.path(), messages)));
    ASSERT_THAT(messages, IsEmpty());
  }
}

// A limit on the file size makes a write fail halfway, as a full disk does.
TEST(CheckpointFaults, AWriteThatFailsLeavesTheOneBefore) {
  const TemporaryDirectory directory;
  const Checkpoint first = WriteSample(directory.path(), 1, std::nullopt);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  // Fails in the state, in the manifest after it, and in a segment larger than the buffer.
  for (const auto& [limit, size, name] : std::vector<std::tuple<rlim_t, std::size_t, std::string>>{
           {100, 50, "state"}, {300, 50, "manifest.json"}, {2'000'000, 3'000'000, "segment_2"}}) {
    const rlimit small{.rlim_cur = limit, .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    const std::string refusal =
        RefusalOf([&, size = size] { WriteSample(directory.path(), 3, first, {.keep = 1}, size); });
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_THAT(refusal, AllOf(HasSubstr("cannot write the checkpoint"), HasSubstr(name),
                               HasSubstr("step_000000003/"), HasSubstr(": File too large;")));
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory.path())) {
      names.push_back(entry.path().filename());
    }
    EXPECT_THAT(names, ::testing::ElementsAre("step_000000001")) << "nothing is left behind";
    EXPECT_TRUE(Newest(directory.path()).has_value());
  }
  std::signal(SIGXFSZ, handler);
}

// Fills a small disk; returns what went wrong, or an empty string. Runs in a child process.
std::string FillSmallDisk(const fs::path& disk) {
  std::optional<Checkpoint> last;
  std::string refusal;
  std::int64_t step = 0;
  while (refusal.empty() && step < 100) {
    ++step;
    refusal = RefusalOf(
        [&] { last = WriteSample(disk / "checkpoints", step, last, {.keep = 100}, 30'000); });
  }
  if (refusal.empty()) return "it never filled";
  if (refusal.find("No space left on device") == std::string::npos) return refusal;
  std::vector<std::string> messages;
  const auto reader = CheckpointReader::OpenNewest(disk / "checkpoints", messages);
  if (reader.info().step != step - 1 || !IsSample(reader)) return "the last one is not good";
  if (!messages.empty()) return messages.front();
  // Once there is room, saving works again.
  for (std::int64_t old = 1; old < step - 1; ++old) RemoveCheckpoint(disk / "checkpoints", old);
  WriteSample(disk / "checkpoints", step, reader.checkpoint(), {}, 30'000);
  return IsSample(CheckpointReader::OpenNewest(disk / "checkpoints", messages)) ? "" : "not good";
}

TEST(CheckpointFaults, AFullDiskLeavesTheOneBefore) {
  constexpr int kNoMount = 77;
  const TemporaryDirectory directory;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) _exit(kNoMount);
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) _exit(kNoMount);
    if (mount("arcadeq", directory.path().c_str(), "tmpfs", 0, "size=1m") != 0) _exit(kNoMount);
    const std::string fault = FillSmallDisk(directory.path());
    if (!fault.empty()) std::fprintf(stderr, "%s\n", fault.c_str());
    _exit(fault.empty() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoMount) GTEST_SKIP() << "a small disk cannot be mounted here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace arcadeq
