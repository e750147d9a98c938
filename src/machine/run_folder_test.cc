#include "machine/run_folder.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

using ::testing::HasSubstr;

TEST(RunFolder, IsMeasuredAndLeftAsItWas) {
  const TemporaryDirectory directory;
  const RunFolder folder = ExamineRunFolder(directory.path());
  EXPECT_EQ(folder.problem, "");
  EXPECT_EQ(folder.existing, directory.path());
  EXPECT_NE(folder.file_system, "");
  EXPECT_GT(folder.free_bytes, 0);
  EXPECT_GT(folder.write_bytes_per_second, 0);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(RunFolder, NeedNotExist) {
  const TemporaryDirectory directory;
  const RunFolder folder = ExamineRunFolder(directory / "runs/of/today");
  EXPECT_EQ(folder.problem, "");
  EXPECT_EQ(folder.existing, directory.path());
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(RunFolder, MayNotBeAFile) {
  const TemporaryDirectory directory;
  std::ofstream(directory / "file") << "content";
  EXPECT_THAT(ExamineRunFolder(directory / "file").problem, HasSubstr("file is a file"));
  EXPECT_NE(ExamineRunFolder(directory / "file/runs").problem, "");
}

TEST(RunFolder, ReportsWhyNothingCanBeWritten) {
  EXPECT_NE(ExamineRunFolder("/proc/runs").problem, "");
}

}  // namespace
}  // namespace arcadeq
