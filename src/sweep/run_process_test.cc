#include "sweep/run_process.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

using testing::HasSubstr;

// A RunProcess runs the program it is part of, here the test program.
class RunProcessTest : public testing::Test {
 protected:
  static constexpr const char* kList = "--gtest_list_tests";

  const TemporaryDirectory directory_;
  const std::filesystem::path log_ = directory_ / "run.log";
};

TEST_F(RunProcessTest, AppendsItsOutputToTheLog) {
  for (int time = 1; time <= 2; ++time) {
    RunProcess process({"test", kList}, log_, /*capture=*/false, std::nullopt);
    EXPECT_TRUE(process.WaitFor(std::chrono::hours(1)));
    EXPECT_EQ(process.Failure(), "");
  }
  const std::string text = ReadFile(log_);
  EXPECT_THAT(text, HasSubstr("AppendsItsOutputToTheLog"));
  const std::string half = text.substr(0, text.size() / 2);
  EXPECT_EQ(text, half + half);
}

TEST_F(RunProcessTest, CapturesItsOutput) {
  RunProcess process({"test", kList}, log_, /*capture=*/true, std::nullopt);
  EXPECT_TRUE(process.WaitFor(std::chrono::hours(1)));
  EXPECT_THAT(process.Output(), HasSubstr("CapturesItsOutput"));
  EXPECT_EQ(ReadFile(log_), "");
}

TEST_F(RunProcessTest, ReportsTheSignalThatEndedIt) {
  RunProcess process(
      {"test", "--gtest_filter=RunProcessTest.DISABLED_Sleeps", "--gtest_also_run_disabled_tests"},
      log_, /*capture=*/false, std::nullopt);
  EXPECT_FALSE(process.WaitFor(std::chrono::milliseconds(5)));
  process.Stop();
  EXPECT_TRUE(process.WaitFor(std::chrono::hours(1)));
  EXPECT_EQ(process.Failure(), "ended by signal 15 (Terminated)");
}

TEST_F(RunProcessTest, DISABLED_Sleeps) {
  std::this_thread::sleep_for(std::chrono::hours(1));
}

TEST_F(RunProcessTest, NeedsALog) {
  EXPECT_THAT(RefusalOf([] {
                RunProcess({"test", kList}, "/nowhere/log", false, std::nullopt);
              }),
              HasSubstr("cannot write /nowhere/log"));
}

TEST(LastWords, AreTheLastErrorOrTheLastLine) {
  EXPECT_EQ(LastWords(""), "");
  EXPECT_EQ(LastWords("one\ntwo\n\n"), "two");
  EXPECT_EQ(LastWords("one\narcadeq: no disk\ntwo\n"), "no disk");
  EXPECT_EQ(LastWords("arcadeq: no disk\narcadeq: no memory"), "no memory");
}

}  // namespace
}  // namespace arcadeq
