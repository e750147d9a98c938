#include "checkpoint/checkpoint_directory.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace arcadeq {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Steps = std::vector<std::int64_t>;

TEST(CheckpointDirectory, NamesSortByStepAndRoundTrip) {
  EXPECT_EQ(CheckpointName(0), "step_000000000");
  EXPECT_EQ(CheckpointName(123456), "step_000123456");
  EXPECT_EQ(CheckpointName(12345678901), "step_12345678901");
  for (const std::int64_t step : Steps{0, 7, 999999999, std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(ParseCheckpointName(CheckpointName(step)), step);
  }
  for (const char* name : {"", "step_", "step_1", "step_00000000x", "step_-00000001",
                           "step_0000000001", "step_000000001.partial", "Step_000000001",
                           "step_99999999999999999999", "step_000000001 "}) {
    EXPECT_EQ(ParseCheckpointName(name), std::nullopt) << name;
  }
}

TEST(CheckpointDirectory, ListsNothingElse) {
  const TemporaryDirectory directory;
  EXPECT_THAT(ListCheckpoints(directory / "absent"), IsEmpty());
  for (const char* name : {"step_1000000000", "step_000000002", "step_000000003.partial", "x"}) {
    std::filesystem::create_directory(directory / name);
  }
  EXPECT_THAT(ListCheckpoints(directory.path()), ElementsAre(2, 1000000000));
}

TEST(CheckpointDirectory, RemovesAWholeCheckpoint) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "step_000000002");
  WriteFileAtomically(directory / "step_000000002/a", "x");
  // Left by an interrupted removal.
  std::filesystem::create_directories(directory / "step_000000002.partial/b");
  RemoveCheckpoint(directory.path(), 2);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Retention, KeepsTheNewest) {
  EXPECT_THAT(StepsToRemove({10, 20, 30, 40}, 40, 30, {.keep = 2}), ElementsAre(10, 20));
  EXPECT_THAT(StepsToRemove({10, 20, 30, 40}, 40, 30, {.keep = 1}), ElementsAre(10, 20, 30));
  EXPECT_THAT(StepsToRemove({10, 20}, 20, 10, {.keep = 5}), IsEmpty());
  EXPECT_THAT(StepsToRemove({10}, 10, std::nullopt, {.keep = 0}), IsEmpty()) << "never none";
}

TEST(Retention, KeepsAnArchive) {
  EXPECT_THAT(StepsToRemove({90, 110, 190, 200, 290, 300}, 300, 290,
                            {.keep = 1, .archive_every_steps = 100}),
              ElementsAre(90, 190, 290));
  // The same checkpoints stay regardless of earlier removals.
  Steps steps;
  std::optional<std::int64_t> previous;
  for (std::int64_t step = 0; step <= 1000; step += 30) {
    steps.push_back(step);
    for (const std::int64_t gone :
         StepsToRemove(steps, step, previous, {.keep = 2, .archive_every_steps = 250})) {
      std::erase(steps, gone);
    }
    previous = step;
  }
  EXPECT_THAT(steps, ElementsAre(270, 510, 750, 960, 990));
}

// Skipped, damaged checkpoints must not displace the good one.
TEST(Retention, RemovesAnAbandonedFuture) {
  EXPECT_THAT(StepsToRemove({10, 20, 25, 30}, 25, 20, {.keep = 2}), ElementsAre(30, 10));
  EXPECT_THAT(StepsToRemove({10, 20, 30, 35}, 35, 20, {.keep = 2}), ElementsAre(30, 10));
  EXPECT_THAT(StepsToRemove({10, 20, 30}, 10, std::nullopt, {.keep = 2}), ElementsAre(20, 30));
  EXPECT_THAT(StepsToRemove({10, 20, 30}, 20, 20, {.keep = 2}), ElementsAre(30));
}

}  // namespace
}  // namespace arcadeq
