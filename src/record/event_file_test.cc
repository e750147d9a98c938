#include "record/event_file.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/testing/refusal.h"
#include "base/testing/temporary_directory.h"
#include "record/tensorboard_event.pb.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::HasSubstr;

void Touch(const std::filesystem::path& path) {
  const std::ofstream created(path);
}

class EventFileTest : public testing::Test {
 protected:
  // Writes a small file with three records; returns where each ends.
  std::vector<std::uint64_t> Write() {
    EventFile file(directory_.path());
    path_ = directory_ / file.name();
    std::vector<std::uint64_t> ends = {file.flushed_size()};
    for (int step = 1; step <= 2; ++step) {
      tensorboard::Event event;
      event.set_step(step);
      file.Write(std::move(event));
      EXPECT_EQ(file.flushed_size(), ends.back());
      file.Flush();
      ends.push_back(file.flushed_size());
    }
    content_ = ContentOf(path_);
    EXPECT_EQ(content_.size(), ends.back());
    return ends;
  }

  std::string Refusal(const std::string& content, std::uint64_t size) const {
    std::ofstream(path_, std::ios::binary) << content;
    return RefusalOf([&] { CheckEventFile(path_, size); });
  }

  const TemporaryDirectory directory_;
  std::filesystem::path path_;
  std::string content_;
};

TEST_F(EventFileTest, AcceptsAnythingAfterTheCheckedSize) {
  for (std::uint64_t end : Write()) {
    EXPECT_EQ(Refusal(content_, end), "");
    EXPECT_EQ(Refusal(content_ + "what a crash left", end), "");
  }
  EXPECT_EQ(Refusal("", 0), "");
}

TEST_F(EventFileTest, DetectsEveryTruncation) {
  Write();
  for (std::size_t size = 0; size < content_.size(); ++size) {
    EXPECT_THAT(Refusal(content_.substr(0, size), content_.size()), HasSubstr("the run wrote"));
  }
}

TEST_F(EventFileTest, DetectsEveryEndWithinARecord) {
  const auto ends = Write();
  for (std::size_t size = 1; size < content_.size(); ++size) {
    if (std::ranges::find(ends, size) != ends.end()) continue;
    EXPECT_THAT(Refusal(content_, size), HasSubstr("is damaged at byte")) << size;
  }
}

TEST_F(EventFileTest, DetectsEveryFlippedBit) {
  Write();
  for (std::size_t bit = 0; bit < 8 * content_.size(); ++bit) {
    std::string damaged = content_;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    EXPECT_THAT(Refusal(damaged, damaged.size()), HasSubstr("is damaged at byte")) << "bit " << bit;
  }
}

TEST_F(EventFileTest, NamesAMissingFile) {
  EXPECT_THROW(CheckEventFile(directory_ / "none", 0), UserError);
}

TEST_F(EventFileTest, SortsAfterAllOthersInItsFolder) {
  Touch(directory_ / "events.out.tfevents.9999999000.host.1");
  Touch(directory_ / "another file");
  Touch(directory_ / "events.out.tfevents.0");
  std::vector<std::string> names = {"events.out.tfevents.0",
                                    "events.out.tfevents.9999999000.host.1"};
  for (int i = 0; i < 3; ++i) {
    names.push_back(EventFile(directory_.path()).name());
    EXPECT_GT(names.back(), names[names.size() - 2]);
  }
  EXPECT_EQ(ListEventFiles(directory_.path()), names);
}

TEST_F(EventFileTest, RecognisesItsOwnNames) {
  const std::string name = EventFile(directory_.path()).name();
  EXPECT_TRUE(IsOwnEventFile(name));
  for (const std::string& other :
       {name + " (copy)", name + ".v2", "." + name, std::string("events.out.tfevents.0"),
        std::string("events.out.tfevents.1234567890.5"),
        std::string("events.out.tfevents.1234567890..5"),
        std::string("events.out.tfevents.1234567890.host.")}) {
    EXPECT_FALSE(IsOwnEventFile(other)) << other;
    EXPECT_EQ(HostOfEventFile(other), "") << other;
  }
  EXPECT_EQ(HostOfEventFile("events.out.tfevents.1234567890.a.b.5"), "a.b");
}

TEST_F(EventFileTest, IgnoresTimesWithTooManyDigits) {
  for (const char* time : {"99999999999", "9223372036854775807"}) {
    Touch(directory_ / (std::string("events.out.tfevents.") + time + ".host.1"));
    EXPECT_TRUE(IsOwnEventFile(EventFile(directory_.path()).name())) << time;
  }
}

TEST_F(EventFileTest, NamesAnUnreadableFolder) {
  Touch(directory_ / "file");
  EXPECT_THROW(ListEventFiles(directory_ / "file"), UserError);
}

}  // namespace
}  // namespace arcadeq
