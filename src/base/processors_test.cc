#include "base/processors.h"

#include <chrono>
#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child_process.h"
#include "base/testing/fake_system.h"

namespace arcadeq {
namespace {

TEST(Processors, AreLimitedByTheAffinityMask) {
  ASSERT_FALSE(AffinityProcessors().empty());
  EXPECT_GE(AvailableProcessors(), 1);
  EXPECT_LE(AvailableProcessors(), static_cast<int>(AffinityProcessors().size()));
}

TEST(Processors, PinsThisThreadAndItsChildren) {
  const std::vector<int> before = AffinityProcessors();
  {
    const ProcessorPin pin(before.back());
    EXPECT_THAT(AffinityProcessors(), testing::ElementsAre(before.back()));
    ChildProcess child("/bin/sh", {"sh", "-c", "exit $(nproc)"}, {});
    EXPECT_TRUE(child.WaitFor(std::chrono::hours(1)));
    EXPECT_EQ(child.exit_code(), 1);
  }
  EXPECT_EQ(AffinityProcessors(), before);
}

class QuotaTest : public FakeSystem {
 protected:
  std::optional<double> Quota() const { return internal::ProcessorQuota(root_.path()); }
};

TEST_F(QuotaTest, IsAbsentWithoutALimit) {
  EXPECT_EQ(Quota(), std::nullopt);
  Write("proc/self/cgroup", "5:cpu,cpuacct:/app\n0::/app\n");
  EXPECT_EQ(Quota(), std::nullopt);
  Write("sys/fs/cgroup/app/cpu.max", "max 100000\n");
  Write("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "-1\n");
  Write("sys/fs/cgroup/cpu/app/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Quota(), std::nullopt);
}

TEST_F(QuotaTest, OfV2IsTheTightestOfAllEnclosingGroups) {
  Write("proc/self/cgroup", "0::/outer/inner\n");
  Write("sys/fs/cgroup/outer/inner/cpu.max", "400000 100000\n");
  EXPECT_EQ(Quota(), 4.0);
  Write("sys/fs/cgroup/outer/cpu.max", "150000 100000\n");
  EXPECT_EQ(Quota(), 1.5);
}

TEST_F(QuotaTest, OfAContainerIsAtTheMount) {
  Write("proc/self/cgroup", "0::/\n");
  Write("sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_EQ(Quota(), 0.5);
}

TEST_F(QuotaTest, OfV1IsInTwoFiles) {
  Write("proc/self/cgroup", "5:cpu,cpuacct:/docker/ab12\n4:memory:/\n0::/\n");
  Write("sys/fs/cgroup/cpu/docker/ab12/cpu.cfs_quota_us", "250000\n");
  EXPECT_EQ(Quota(), std::nullopt) << "without a period";
  Write("sys/fs/cgroup/cpu/docker/ab12/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Quota(), 2.5);
}

TEST_F(QuotaTest, IgnoresMalformedFiles) {
  Write("proc/self/cgroup", "0::/app\n");
  for (const char* content : {"", "many\n", "0 0\n", "100000 0\n", "-1 100000\n", "nan nan\n"}) {
    Write("sys/fs/cgroup/app/cpu.max", content);
    EXPECT_EQ(Quota(), std::nullopt) << content;
  }
}

TEST(ProcessorLimits, TheLeastCounts) {
  EXPECT_EQ((ProcessorLimits{8, 4, std::nullopt}.Available()), 4);
  EXPECT_EQ((ProcessorLimits{8, std::nullopt, std::nullopt}.Available()), 8);
  EXPECT_EQ((ProcessorLimits{8, 4, 1.5}.Available()), 2);
  EXPECT_EQ((ProcessorLimits{8, 4, 0.1}.Available()), 1);
  EXPECT_EQ((ProcessorLimits{8, 4, 1e30}.Available()), 4);
}

}  // namespace
}  // namespace arcadeq
