#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "checkpoint/checkpoint_directory.h"
#include "checkpoint/checkpoint_file.h"
#include "checkpoint/checkpoint_reader.h"
#include "checkpoint/checkpoint_writer.h"
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

class CheckpointTest : public ::testing::Test {
 protected:
  CheckpointReader OpenNewest() { return CheckpointReader::OpenNewest(checkpoints_, messages_); }
  std::uintmax_t LinksTo(std::int64_t step, const std::string& name) const {
    return fs::hard_link_count(checkpoints_ / CheckpointName(step) / name);
  }

  const TemporaryDirectory directory_;
  const fs::path checkpoints_ = directory_ / "run" / "checkpoints";
  std::vector<std::string> messages_;
};

TEST_F(CheckpointTest, RoundTrips) {
  const std::string large = Content("large", 7, 2'500'000);
  const CheckpointInfo info{123, "space_invaders", "0.1.0", 0xfedcba9876543210};
  FileEntry entry;
  {
    CheckpointWriter writer(checkpoints_, info, std::nullopt);
    auto file = writer.AddFile("large.bin");
    std::size_t at = 0;
    for (const std::size_t size : {0, 1, 1'000'000, 100'000, 1'048'576, 3}) {
      file.Write(Bytes(large).subspan(at, size));
      at += size;
    }
    file.Write(Bytes(large).subspan(at));
    entry = file.Close();
    writer.AddBytes("empty", {});
    const Checkpoint written = writer.Commit({}, messages_);
    EXPECT_EQ(written.path, checkpoints_ / "step_000000123");
    EXPECT_EQ(written.manifest.info, info);
  }
  const CheckpointReader reader = OpenNewest();
  EXPECT_THAT(messages_, IsEmpty());
  EXPECT_EQ(reader.info(), info);
  EXPECT_EQ(reader.Entry("large.bin"), entry);
  EXPECT_EQ(entry.size, large.size());
  EXPECT_TRUE(ReadText(reader, "large.bin") == large);
  EXPECT_EQ(ReadText(reader, "empty"), "");
  std::string into(large.size(), '\0');
  reader.ReadInto("large.bin", std::as_writable_bytes(std::span(into)));
  EXPECT_TRUE(into == large);
}

TEST_F(CheckpointTest, EnforcesNamesAndSizes) {
  WriteSample(checkpoints_, 1, std::nullopt);
  const CheckpointReader reader = OpenNewest();
  EXPECT_THAT(RefusalOf([&] { reader.Read("weights", 10); }), HasSubstr("has no file weights"));
  EXPECT_THAT(RefusalOf([&] { reader.Read("state", 199); }),
              HasSubstr("state is damaged: it has 200 bytes, more than 199"));
  std::vector<std::byte> bytes(201);
  EXPECT_THAT(RefusalOf([&] { reader.ReadInto("state", bytes); }),
              HasSubstr("has 200 bytes, expected 201"));
  CheckpointFileReader file = reader.OpenFile("state");
  file.Read(std::span(bytes).first(150));
  EXPECT_THAT(RefusalOf([&] { file.Read(std::span(bytes).first(51)); }),
              HasSubstr("51 bytes needed, 50 left"));
}

// As in the trainer: created on one thread, written on another.
TEST_F(CheckpointTest, IsWrittenInTheBackground) {
  CheckpointWriter writer(checkpoints_, {5, "catch", "1", 0}, std::nullopt);
  std::thread([&] {
    writer.AddBytes("a", Bytes("content"));
    writer.Commit({}, messages_);
  }).join();
  EXPECT_EQ(ReadText(OpenNewest(), "a"), "content");
}

TEST_F(CheckpointTest, SharesFilesWithThePreviousOne) {
  const Checkpoint first = WriteSample(checkpoints_, 1, std::nullopt, {.keep = 2});
  const Checkpoint second = WriteSample(checkpoints_, 2, first, {.keep = 2});
  EXPECT_EQ(LinksTo(1, "segment_1"), 2u);
  EXPECT_EQ(LinksTo(2, "segment_1"), 2u);
  EXPECT_EQ(LinksTo(2, "segment_2"), 1u);
  const Checkpoint third = WriteSample(checkpoints_, 3, second, {.keep = 1});
  EXPECT_THAT(ListCheckpoints(checkpoints_), ElementsAre(3));
  EXPECT_EQ(LinksTo(3, "segment_2"), 1u);
  EXPECT_TRUE(IsSample(OpenNewest())) << "a link survives the removal of its origin";
}

TEST_F(CheckpointTest, CopiesIfTheFileSystemHasNoLinks) {
  const Checkpoint first = WriteSample(checkpoints_, 1, std::nullopt);
  const FileEntry& segment = first.manifest.files.at("segment_1");
  const auto no_links = [](const char*, const char*) {
    errno = EPERM;
    return -1;
  };
  {
    CheckpointWriter writer(checkpoints_, {2, "catch", "1", 0}, first, no_links);
    EXPECT_TRUE(writer.AddFromPrevious(segment));
    writer.Commit({}, messages_);
  }
  EXPECT_EQ(LinksTo(2, "segment_1"), 1u);
  EXPECT_EQ(OpenNewest().Entry("segment_1"), segment);
  // Copying verifies the file, so damage does not spread.
  std::fstream(first.path / "segment_1").seekp(100).put('!');
  CheckpointWriter writer(checkpoints_, {3, "catch", "1", 0}, first, no_links);
  EXPECT_FALSE(writer.AddFromPrevious(segment));
  writer.AddBytes("segment_1", Bytes("anew"));
  writer.Commit({}, messages_);
  EXPECT_EQ(ReadText(OpenNewest(), "segment_1"), "anew");
}

TEST_F(CheckpointTest, SharesNoFileThatThePreviousOneLacks) {
  const Checkpoint first = WriteSample(checkpoints_, 1, std::nullopt);
  FileEntry entry = first.manifest.files.at("segment_1");
  CheckpointWriter alone(directory_ / "other", {2, "catch", "1", 0}, std::nullopt);
  EXPECT_FALSE(alone.AddFromPrevious(entry));
  CheckpointWriter writer(checkpoints_, {2, "catch", "1", 0}, first);
  ++entry.hash;
  EXPECT_FALSE(writer.AddFromPrevious(entry)) << "same name, another content";
  EXPECT_FALSE(writer.AddFromPrevious({"segment_9", 1, 1}));
  fs::resize_file(first.path / "segment_1", 10);
  EXPECT_FALSE(writer.AddFromPrevious(first.manifest.files.at("segment_1")));
  fs::remove(first.path / "segment_0");
  EXPECT_FALSE(writer.AddFromPrevious(first.manifest.files.at("segment_0")));
}

// A resumed run may save at once, or reach a step that it had saved before.
TEST_F(CheckpointTest, ReplacesOneOfTheSameStep) {
  const Checkpoint first = WriteSample(checkpoints_, 1, std::nullopt);
  const Checkpoint again = WriteSample(checkpoints_, 1, first);
  EXPECT_THAT(ListCheckpoints(checkpoints_), ElementsAre(1));
  EXPECT_EQ(LinksTo(1, "segment_1"), 1u) << "the old one is gone";
  EXPECT_TRUE(IsSample(OpenNewest()));
}

TEST_F(CheckpointTest, RemovesUnfinishedCheckpoints) {
  fs::create_directories(checkpoints_ / "step_000000007.partial" / "x");
  fs::create_directories(checkpoints_ / "my notes.partial");
  WriteSample(checkpoints_, 1, std::nullopt);
  EXPECT_FALSE(fs::exists(checkpoints_ / "step_000000007.partial"));
  EXPECT_TRUE(fs::exists(checkpoints_ / "my notes.partial")) << "not ours";
}

TEST_F(CheckpointTest, AnUncommittedOneLeavesNothing) {
  {
    CheckpointWriter writer(checkpoints_, {1, "catch", "1", 0}, std::nullopt);
    writer.AddBytes("a", Bytes("content"));
  }
  EXPECT_TRUE(fs::is_empty(checkpoints_));
}

TEST_F(CheckpointTest, DoesNotWriteAnUnreadableOne) {
  WriteSample(checkpoints_, 1, std::nullopt);
  CheckpointWriter writer(checkpoints_, {2, std::string(kMaxManifestBytes, 'x'), "1", 0}, {});
  EXPECT_THAT(RefusalOf([&] { writer.Commit({}, messages_); }),
              AllOf(HasSubstr("manifest.json"), HasSubstr("File too large")));
  EXPECT_EQ(OpenNewest().info().step, 1);
  EXPECT_THAT(ListCheckpoints(checkpoints_), ElementsAre(1));
}

TEST_F(CheckpointTest, DropsAFileThatIsNotClosed) {
  CheckpointWriter writer(checkpoints_, {1, "catch", "1", 0}, std::nullopt);
  {
    auto file = writer.AddFile("a");
    file.Write(Bytes("content"));
  }
  const Checkpoint written = writer.Commit({}, messages_);
  EXPECT_THAT(written.manifest.files, IsEmpty());
  EXPECT_FALSE(fs::exists(written.path / "a"));
}

TEST_F(CheckpointTest, MisuseIsALogicError) {
  CheckpointWriter writer(checkpoints_, {1, "catch", "1", 0}, std::nullopt);
  writer.AddBytes("a", {});
  for (const char* name : {"a", "", ".", "..", "../x", "b/c", kManifestFile}) {
    EXPECT_THROW(writer.AddBytes(name, {}), std::logic_error) << name;
  }
  writer.Commit({}, messages_);
  EXPECT_THROW(writer.AddBytes("b", {}), std::logic_error);
  EXPECT_THROW(writer.Commit({}, messages_), std::logic_error);
}

TEST_F(CheckpointTest, ReportsUnknownFiles) {
  const Checkpoint written = WriteSample(checkpoints_, 1, std::nullopt);
  WriteFileAtomically(written.path / "notes.txt", "x");
  EXPECT_TRUE(IsSample(OpenNewest()));
  EXPECT_THAT(messages_,
              ElementsAre(HasSubstr("step_000000001/notes.txt does not belong to the checkpoint")));
}

TEST_F(CheckpointTest, OpensACopyOfAnyName) {
  const Checkpoint written = WriteSample(checkpoints_, 1, std::nullopt);
  fs::copy(written.path, directory_ / "best");
  EXPECT_TRUE(IsSample(CheckpointReader::Open(directory_ / "best", messages_)));
  // In a run's own directory, however, the name matters.
  fs::copy(written.path, checkpoints_ / "step_000000002");
  EXPECT_EQ(OpenNewest().info().step, 1);
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("step_000000002 holds a checkpoint of step 1")));
}

TEST_F(CheckpointTest, ReportsThatThereIsNone) {
  EXPECT_THAT(RefusalOf([&] { OpenNewest(); }), HasSubstr("no checkpoint in"));
  fs::create_directories(checkpoints_ / "step_000000001.partial");
  EXPECT_THAT(RefusalOf([&] { OpenNewest(); }), HasSubstr("no checkpoint in"));
  EXPECT_THAT(RefusalOf([&] { CheckpointReader::Open(directory_ / "x", messages_); }),
              AllOf(HasSubstr("x/manifest.json"), HasSubstr("No such file or directory")));
}

}  // namespace
}  // namespace arcadeq
