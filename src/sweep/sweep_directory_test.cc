#include "sweep/sweep_directory.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "config/preset.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SweepDirectory, ReadsVariantsFromNames) {
  EXPECT_EQ(VariantOf("base-seed12"), "base");
  EXPECT_EQ(VariantOf("a-seed1-seed2"), "a-seed1");
  for (const char* name : {"base", "-seed1", "base-seed", "base-seed1x", ""}) {
    EXPECT_EQ(VariantOf(name), "") << name;
  }
}

TEST(SweepDirectory, ListsItsRuns) {
  const TemporaryDirectory directory;
  for (const char* name : {"a-seed1", "a-seed2", "b-seed1", "other"}) {
    RunDirectory::Create(directory / name, LoadPreset("catch"));
  }
  std::filesystem::create_directories(directory / "c-seed1");
  EXPECT_FALSE(IsSweep(directory.path()));
  std::filesystem::create_directories(directory / "results");
  EXPECT_TRUE(IsSweep(directory.path()));
  EXPECT_FALSE(IsSweep(directory / "a-seed1"));
  EXPECT_THAT(ListSweepRuns(directory.path()), ElementsAre("a-seed1", "a-seed2", "b-seed1"));
  EXPECT_THAT(ListSweepRuns(directory.path(), "a"), ElementsAre("a-seed1", "a-seed2"));
  EXPECT_THAT(ListSweepRuns(directory / "none"), IsEmpty());
}

TEST(SweepDirectory, ArgumentsMayEndWithASlash) {
  EXPECT_EQ(PathOfArgument("/a/b/"), "/a/b");
  EXPECT_EQ(PathOfArgument("/a/./b"), "/a/b");
  EXPECT_TRUE(PathOfArgument("b").is_absolute());
}

}  // namespace
}  // namespace arcadeq
