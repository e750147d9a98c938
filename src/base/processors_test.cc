#include "base/processors.h"

#include <chrono>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child_process.h"

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

}  // namespace
}  // namespace arcadeq
