#include "base/control_groups.h"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/fake_system.h"

namespace arcadeq {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ControlGroupsTest : public FakeSystem {
 protected:
  void WriteGroups(const std::string& lines) { Write("proc/self/cgroup", lines); }
  std::filesystem::path Mount() const { return root_ / "sys/fs/cgroup"; }
};

TEST_F(ControlGroupsTest, ThereAreNoneWithoutTheFile) {
  EXPECT_THAT(FindControlGroups(root_.path(), "cpu"), IsEmpty());
}

TEST_F(ControlGroupsTest, TheInnermostComesFirstAndTheMountLast) {
  WriteGroups("0::/outer/inner\n");
  const auto found = FindControlGroups(root_.path(), "cpu");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].version, 2);
  EXPECT_THAT(found[0].directories,
              ElementsAre(Mount() / "outer/inner", Mount() / "outer", Mount()));
}

TEST_F(ControlGroupsTest, AV1HierarchyIsChosenByItsController) {
  WriteGroups("7:cpuset:/sets\n5:cpu,cpuacct:/app\n4:hugetlb,memory:/docker\n");
  const auto cpu = FindControlGroups(root_.path(), "cpu");
  ASSERT_EQ(cpu.size(), 1u);
  EXPECT_EQ(cpu[0].version, 1);
  EXPECT_THAT(cpu[0].directories, ElementsAre(Mount() / "cpu/app", Mount() / "cpu"));
  const auto memory = FindControlGroups(root_.path(), "memory");
  ASSERT_EQ(memory.size(), 1u);
  EXPECT_THAT(memory[0].directories, ElementsAre(Mount() / "memory/docker", Mount() / "memory"));
}

TEST_F(ControlGroupsTest, MalformedLinesAreIgnored) {
  WriteGroups("nonsense\n0:\n\n");
  EXPECT_THAT(FindControlGroups(root_.path(), "cpu"), IsEmpty());
}

}  // namespace
}  // namespace arcadeq
