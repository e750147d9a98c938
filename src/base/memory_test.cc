#include "base/memory.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/testing/fake_system.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

class MemoryTest : public FakeSystem {
 protected:
  void WriteMeminfo() {
    Write("proc/meminfo",
          "MemTotal:        8000000 kB\nMemFree:          500000 kB\n"
          "MemAvailable:    1000000 kB\n");
  }
  std::int64_t Available() const { return internal::AvailableMemoryBytes(root_.path()); }
};

TEST_F(MemoryTest, ReportsNoLimitWithoutFiles) {
  EXPECT_EQ(Available(), kUnlimited);
}

TEST_F(MemoryTest, UsesMemAvailableWithoutGroups) {
  WriteMeminfo();
  EXPECT_EQ(Available(), 1'024'000'000);
}

TEST_F(MemoryTest, GroupsWithoutALimitDoNotCount) {
  WriteMeminfo();
  Write("proc/self/cgroup", "0::/user.slice/app.scope\n");
  Write("sys/fs/cgroup/user.slice/app.scope/memory.max", "max\n");
  Write("sys/fs/cgroup/user.slice/app.scope/memory.high", "max\n");
  Write("sys/fs/cgroup/user.slice/app.scope/memory.current", "5000\n");
  EXPECT_EQ(Available(), 1'024'000'000);
}

TEST_F(MemoryTest, SubtractsUnreclaimableMemoryFromAV2Limit) {
  WriteMeminfo();
  Write("proc/self/cgroup", "0::/app\n");
  Write("sys/fs/cgroup/app/memory.max", "500000\n");
  Write("sys/fs/cgroup/app/memory.current", "300000\n");
  EXPECT_EQ(Available(), 200'000);
  Write("sys/fs/cgroup/app/memory.stat",
        "anon 100000\nfile 200000\ninactive_anon 1\ninactive_file 150000\nactive_file 30000\n");
  EXPECT_EQ(Available(), 380'000);
  Write("sys/fs/cgroup/app/memory.high", "400000\n");
  EXPECT_EQ(Available(), 280'000);
}

TEST_F(MemoryTest, TheTightestEnclosingGroupCounts) {
  Write("proc/self/cgroup", "0::/outer/inner/leaf\n");
  Write("sys/fs/cgroup/outer/memory.max", "1000\n");
  Write("sys/fs/cgroup/outer/memory.current", "900\n");
  Write("sys/fs/cgroup/outer/inner/leaf/memory.max", "700\n");
  Write("sys/fs/cgroup/outer/inner/leaf/memory.current", "100\n");
  EXPECT_EQ(Available(), 100);
  Write("sys/fs/cgroup/outer/memory.current", "200\n");
  EXPECT_EQ(Available(), 600);
}

TEST_F(MemoryTest, ReadsAContainersLimitAtTheMount) {
  Write("proc/self/cgroup", "0::/\n");
  Write("sys/fs/cgroup/memory.max", "5000\n");
  Write("sys/fs/cgroup/memory.current", "1000\n");
  EXPECT_EQ(Available(), 4000);
  Write("proc/self/cgroup", "0::/../a name from outside\n");
  EXPECT_EQ(Available(), 4000);
}

TEST_F(MemoryTest, AV1LimitCounts) {
  WriteMeminfo();
  Write("proc/self/cgroup",
        "12:pids:/\n5:cpu,cpuacct:/app\n4:hugetlb,memory:/docker/ab12\n"
        "1:name=systemd:/\n0::/\n");
  const std::string group = "sys/fs/cgroup/memory/docker/ab12/";
  Write(group + "memory.limit_in_bytes", "9223372036854771712\n");
  Write(group + "memory.usage_in_bytes", "700\n");
  EXPECT_EQ(Available(), 1'024'000'000);
  Write(group + "memory.limit_in_bytes", "1000\n");
  EXPECT_EQ(Available(), 300);
  Write(group + "memory.stat",
        "inactive_file 600\ntotal_inactive_file 500\ntotal_active_file 50\n");
  EXPECT_EQ(Available(), 850);
}

TEST_F(MemoryTest, AGroupOverItsLimitHasNothingLeft) {
  Write("proc/self/cgroup", "0::/app\n");
  Write("sys/fs/cgroup/app/memory.max", "100\n");
  Write("sys/fs/cgroup/app/memory.current", "150\n");
  EXPECT_EQ(Available(), 0);
}

TEST_F(MemoryTest, SubtractsUsedAddressSpaceFromItsLimit) {
  WriteMeminfo();
  const auto write_limit = [this](const std::string& soft) {
    Write("proc/self/limits",
          "Limit                     Soft Limit           Hard Limit           Units     \n"
          "Max cpu time              unlimited            unlimited            seconds   \n"
          "Max address space         " +
              soft + "            unlimited            bytes     \n");
  };
  write_limit("unlimited");
  Write("proc/self/statm", "100 7 5 3 0 60 0\n");
  EXPECT_EQ(Available(), 1'024'000'000);
  write_limit("500000000");
  EXPECT_EQ(Available(), 500'000'000 - 100 * sysconf(_SC_PAGESIZE));
  write_limit("1000");
  EXPECT_EQ(Available(), 0);
}

TEST_F(MemoryTest, IgnoresMalformedFiles) {
  Write("proc/meminfo", "MemAvailable: lots\n");
  Write("proc/self/cgroup", "nonsense\n0:\n\n:::\n0::/app\n");
  Write("sys/fs/cgroup/app/memory.max", "-7\n");
  Write("sys/fs/cgroup/app/memory.current", "99999999999999999999999\n");
  EXPECT_EQ(Available(), kUnlimited);
}

TEST_F(MemoryTest, ReportsEachLimit) {
  EXPECT_EQ(internal::ReadMemoryLimits(root_.path()).machine, std::nullopt);
  WriteMeminfo();
  Write("proc/self/cgroup", "4:memory:/old\n0::/outer/inner\n");
  Write("sys/fs/cgroup/memory/old/memory.limit_in_bytes", "9223372036854771712\n");
  const MemoryLimits unlimited = internal::ReadMemoryLimits(root_.path());
  EXPECT_EQ(unlimited.machine, 8'192'000'000);
  EXPECT_EQ(unlimited.control_group, std::nullopt);
  EXPECT_EQ(unlimited.address_space, std::nullopt);

  Write("sys/fs/cgroup/outer/memory.max", "3000\n");
  Write("sys/fs/cgroup/outer/inner/memory.max", "5000\n");
  Write("proc/self/limits", "Max address space         7000000              unlimited   bytes\n");
  const MemoryLimits limits = internal::ReadMemoryLimits(root_.path());
  EXPECT_EQ(limits.control_group, 3000);
  EXPECT_EQ(limits.address_space, 7'000'000);
  Write("sys/fs/cgroup/memory/old/memory.limit_in_bytes", "2000\n");
  EXPECT_EQ(internal::ReadMemoryLimits(root_.path()).control_group, 2000);
}

TEST(RealMemory, IsAvailableOnThisSystem) {
  EXPECT_GT(AvailableMemoryBytes(), 0);
  EXPECT_LT(AvailableMemoryBytes(), kUnlimited);
}

TEST(RealMemory, TouchedPagesGrowTheResidentSet) {
  constexpr std::int64_t kBytes = 64'000'000;
  const std::int64_t before = ResidentMemoryBytes();
  EXPECT_GT(before, 0);
  const std::vector<char> touched(kBytes, 'x');
  EXPECT_GE(ResidentMemoryBytes() - before, kBytes * 9 / 10) << touched[before % kBytes];
}

}  // namespace
}  // namespace arcadeq
