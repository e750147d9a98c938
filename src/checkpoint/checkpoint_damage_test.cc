#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/random.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/manifest.h"
#include "checkpoint/testing/sample_checkpoint.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace arcadeq::testing;

class CheckpointDamageTest : public ::testing::Test {
 protected:
  CheckpointDamageTest() {
    for (const auto& entry : fs::directory_iterator(checkpoint_.path)) {
      const std::string name = entry.path().filename();
      contents_[name] = ReadFile(entry.path());
    }
  }
  void Damage(const std::string& name, const std::string& content) {
    std::ofstream(checkpoint_.path / name, std::ios::binary) << content;
  }
  void Restore(const std::string& name) { Damage(name, contents_.at(name)); }
  std::string Refusal() {
    return RefusalOf([&] { CheckpointReader::Open(checkpoint_.path, messages_); });
  }
  // A random position, uniform over the bytes of all files.
  std::pair<std::string, std::size_t> RandomPosition() {
    std::size_t total = 0;
    for (const auto& [name, content] : contents_) total += content.size();
    std::size_t position = random_.Below(total);
    for (const auto& [name, content] : contents_) {
      if (position < content.size()) return {name, position};
      position -= content.size();
    }
    return {};
  }

  const TemporaryDirectory directory_;
  const Checkpoint first_ = WriteSample(directory_.path(), 1, std::nullopt, {}, 3000);
  // Shares no file with the first, so that damage affects only one of them.
  const Checkpoint checkpoint_ = WriteSample(directory_.path(), 3, first_, {}, 3000);
  std::map<std::string, std::string> contents_;
  std::vector<std::string> messages_;
  RandomStream random_{1, "damage"};
};

TEST_F(CheckpointDamageTest, DetectsEveryFlippedBit) {
  ASSERT_EQ(Refusal(), "");
  for (int i = 0; i < 2000; ++i) {
    const auto [name, position] = RandomPosition();
    std::string content = contents_.at(name);
    content[position] = static_cast<char>(content[position] ^ (1 << random_.Below(8)));
    Damage(name, content);
    ASSERT_THAT(Refusal(), HasSubstr(name)) << position;
    Restore(name);
  }
  EXPECT_EQ(Refusal(), "");
}

TEST_F(CheckpointDamageTest, DetectsEveryTruncation) {
  for (int i = 0; i < 500; ++i) {
    const auto [name, size] = RandomPosition();
    Damage(name, contents_.at(name).substr(0, size));
    ASSERT_THAT(Refusal(), HasSubstr(name)) << size;
    Restore(name);
  }
  EXPECT_EQ(Refusal(), "");
}

TEST_F(CheckpointDamageTest, DetectsEmptyLongerMissingAndIrregularFiles) {
  for (const auto& [name, content] : contents_) {
    const fs::path path = checkpoint_.path / name;
    Damage(name, "");
    EXPECT_THAT(Refusal(), HasSubstr(name));
    Damage(name, content + "x");
    EXPECT_THAT(Refusal(), HasSubstr(name));
    fs::remove(path);
    EXPECT_THAT(Refusal(), AllOf(HasSubstr(name), HasSubstr("No such file")));
    fs::create_directory(path);
    EXPECT_THAT(Refusal(), HasSubstr(name + " is not a regular file"));
    fs::remove(path);
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    EXPECT_THAT(Refusal(), HasSubstr(name + " is not a regular file")) << "and is not waited for";
    fs::remove(path);
    WriteFileAtomically(directory_ / "elsewhere", content);
    fs::create_symlink(directory_ / "elsewhere", path);
    EXPECT_THAT(Refusal(), HasSubstr(name)) << "a link leads out of the checkpoint";
    fs::remove(path);
    Restore(name);
  }
}

TEST_F(CheckpointDamageTest, DetectsSwappedFiles) {
  Damage("segment_2", contents_.at("segment_3"));
  Damage("segment_3", contents_.at("segment_2"));
  EXPECT_THAT(Refusal(), HasSubstr("segment_2 is damaged"));
}

TEST_F(CheckpointDamageTest, DoesNotReadAHugeManifest) {
  fs::resize_file(checkpoint_.path / kManifestFile, std::uintmax_t{1} << 40);
  EXPECT_THAT(Refusal(), HasSubstr("1099511627776 bytes exceed the limit"));
}

TEST_F(CheckpointDamageTest, FallsBackToThePreviousOneAndSaysWhy) {
  Damage("state", "x");
  const auto reader = CheckpointReader::OpenNewest(directory_.path(), messages_);
  EXPECT_EQ(reader.info().step, 1);
  EXPECT_TRUE(IsSample(reader, 3000));
  EXPECT_THAT(
      messages_,
      ElementsAre(HasSubstr("step_000000003/state is damaged: it has 1 bytes, expected 200")));
}

TEST_F(CheckpointDamageTest, ReportsThatNoneIsGood) {
  Damage("state", "x");
  fs::remove(first_.path / kManifestFile);
  EXPECT_THAT(RefusalOf([&] { CheckpointReader::OpenNewest(directory_.path(), messages_); }),
              AllOf(HasSubstr("no good checkpoint in"), HasSubstr("step_000000003/state")));
  EXPECT_EQ(messages_.size(), 2u);
}

// The next checkpoint must neither build on the damaged one nor displace the good one.
TEST_F(CheckpointDamageTest, ContinuesFromThePreviousOne) {
  Damage("segment_3", Content("damaged", 0, 3000));
  const auto reader = CheckpointReader::OpenNewest(directory_.path(), messages_);
  WriteSample(directory_.path(), 4, reader.checkpoint(), {.keep = 2}, 3000);
  EXPECT_THAT(ListCheckpoints(directory_.path()), ElementsAre(1, 4));
  messages_.clear();
  const auto next = CheckpointReader::OpenNewest(directory_.path(), messages_);
  EXPECT_TRUE(IsSample(next, 3000));
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(CheckpointDamageTest, DetectsDamageAfterTheCheckWhileReading) {
  const auto reader = CheckpointReader::Open(checkpoint_.path, messages_);
  std::string content = contents_.at("segment_2");
  content[1234] ^= 1;
  Damage("segment_2", content);
  EXPECT_THAT(RefusalOf([&] { reader.Read("segment_2", 1 << 20); }),
              HasSubstr("segment_2 is damaged: its content does not match its hash"));
}

}  // namespace
}  // namespace arcadeq
