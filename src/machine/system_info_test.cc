#include "machine/system_info.h"

#include <gtest/gtest.h>

#include "base/testing/fake_system.h"

namespace arcadeq {
namespace {

using SystemInfoTest = FakeSystem;

TEST_F(SystemInfoTest, IsUnknownWithoutFiles) {
  EXPECT_EQ(internal::DistributionName(root_.path()), "unknown distribution");
  EXPECT_EQ(internal::ProcessorModel(root_.path()), "");
  EXPECT_LT(internal::LoadAverage(root_.path()), 0);
}

TEST_F(SystemInfoTest, ReadsTheNameOfTheDistribution) {
  Write("etc/os-release",
        "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
  EXPECT_EQ(internal::DistributionName(root_.path()), "Debian GNU/Linux 12 (bookworm)");
  Write("etc/os-release", "PRETTY_NAME=Arch\n");
  EXPECT_EQ(internal::DistributionName(root_.path()), "Arch");
}

TEST_F(SystemInfoTest, ReadsTheProcessorsModel) {
  Write("proc/cpuinfo",
        "processor\t: 0\nmodel\t\t: 207\nmodel name\t: Intel(R) Xeon(R) Processor\n");
  EXPECT_EQ(internal::ProcessorModel(root_.path()), "Intel(R) Xeon(R) Processor");
  Write("proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\n");
  EXPECT_EQ(internal::ProcessorModel(root_.path()), "");
  Write("proc/cpuinfo", "model name\t:\n");
  EXPECT_EQ(internal::ProcessorModel(root_.path()), "");
}

TEST_F(SystemInfoTest, ReadsTheLoad) {
  Write("proc/loadavg", "7.10 6.42 4.85 3/210 4242\n");
  EXPECT_DOUBLE_EQ(internal::LoadAverage(root_.path()), 7.1);
  Write("proc/loadavg", "heavy\n");
  EXPECT_LT(internal::LoadAverage(root_.path()), 0);
}

TEST(RealSystem, HasNames) {
  EXPECT_NE(SystemName(), "");
  EXPECT_NE(ProcessorModel(), "");
  EXPECT_GE(LoadAverage(), 0);
}

}  // namespace
}  // namespace arcadeq
