#include "base/output_file.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

using testing::HasSubstr;

class OutputFileTest : public testing::Test {
 protected:
  void Put(const std::string& content) { std::ofstream(path_, std::ios::binary) << content; }

  const TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_ / "file";
};

TEST_F(OutputFileTest, CountsWhatWasFlushed) {
  OutputFile file(path_);
  file.Write("one");
  EXPECT_EQ(file.flushed_size(), 0u);
  file.Flush();
  EXPECT_EQ(file.flushed_size(), 3u);
  EXPECT_EQ(ReadFile(path_), "one");
  file.Write("two");
  file.Sync();
  EXPECT_EQ(file.flushed_size(), 6u);
  EXPECT_EQ(ReadFile(path_), "onetwo");
}

TEST_F(OutputFileTest, ContinuesAndDropsTheRest) {
  Put("one, and what a crash left");
  OutputFile file(path_, 3);
  EXPECT_EQ(file.flushed_size(), 3u);
  file.Flush();
  EXPECT_EQ(ReadFile(path_), "one, and what a crash left") << "changed before the first Write()";
  file.Write("two");
  file.Close();
  EXPECT_EQ(ReadFile(path_), "onetwo");
}

TEST_F(OutputFileTest, ContinuesAnEmptyFile) {
  Put("");
  OutputFile file(path_, 0);
  file.Write("one");
  file.Close();
  EXPECT_EQ(ReadFile(path_), "one");
}

TEST_F(OutputFileTest, RefusesAShorterOrMissingFile) {
  const auto refusal = [this](std::uint64_t size) {
    return RefusalOf([&] { OutputFile(path_, size); });
  };
  EXPECT_THAT(refusal(0), HasSubstr("No such file"));
  Put("one");
  EXPECT_EQ(refusal(4), path_.string() + " has 3 bytes; the run wrote 4");
  EXPECT_EQ(ReadFile(path_), "one");
}

TEST_F(OutputFileTest, DoesNotCountFailedWrites) {
  OutputFile file("/dev/full");
  file.Write("one");
  EXPECT_THROW(file.Flush(), UserError);
  EXPECT_EQ(file.flushed_size(), 0u);
}

}  // namespace
}  // namespace arcadeq
