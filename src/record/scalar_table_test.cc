#include "record/scalar_table.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/testing/temporary_directory.h"
#include "record/event_file.h"
#include "record/tensorboard_event.pb.h"
#include "record/testing/sample_events.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ScalarTableTest : public testing::Test {
 protected:
  static tensorboard::Event EventOf(std::int64_t step, const std::string& tag, float value) {
    tensorboard::Event event;
    event.set_step(step);
    auto* scalar = event.mutable_summary()->add_value();
    scalar->set_tag(tag);
    scalar->set_simple_value(value);
    return event;
  }
  std::filesystem::path Write(const std::vector<std::pair<std::int64_t, float>>& points) {
    EventFile file(directory_.path());
    for (const auto& [step, value] : points) file.Write(EventOf(step, "loss", value));
    file.Flush();
    return directory_ / file.name();
  }
  ScalarTable Read() { return ReadScalars(directory_.path(), messages_); }

  const TemporaryDirectory directory_;
  std::vector<std::string> messages_;
};

TEST_F(ScalarTableTest, JoinsTheFilesOfARun) {
  Write({{1, 0.5F}, {2, std::numeric_limits<float>::quiet_NaN()}});
  Write({{3, 0}});
  EXPECT_THAT(Read()["loss"], ElementsAre(ScalarPoint{1, 0.5}, ScalarPoint{3, 0}));
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(ScalarTableTest, LeavesOutARecordThatIsBeingWritten) {
  const auto file = Write({{1, 0.5F}, {2, 0.25F}});
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 3);
  EXPECT_THAT(Read()["loss"], ElementsAre(ScalarPoint{1, 0.5}));
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(ScalarTableTest, KeepsWhatPrecedesDamage) {
  const auto file = Write({{1, 0.5F}, {2, 0.25F}});
  std::string content = ContentOf(file);
  content.back() ^= 1;
  std::ofstream(file, std::ios::binary) << content;
  Write({{3, 1}});
  EXPECT_THAT(Read()["loss"], ElementsAre(ScalarPoint{1, 0.5}, ScalarPoint{3, 1}));
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("is damaged at byte")));
}

TEST_F(ScalarTableTest, NoFilesAreNoScalars) {
  EXPECT_THAT(Read(), IsEmpty());
  EXPECT_THROW(ReadScalars("/dev/null", messages_), UserError);
}

}  // namespace
}  // namespace arcadeq
