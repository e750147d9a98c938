#include "agent/target.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

// Two samples, three actions: the online network prefers actions 1 and 0, the target network 2
// and 2.
const std::array<float, 6> kOnline = {1, 5, 2, 9, 3, 3};
const std::array<float, 6> kTarget = {10, 20, 30, 40, 50, 60};
const std::array<float, 2> kRewards = {1, -1};

std::vector<float> Targets(std::span<const float> selector, std::span<const float> evaluator,
                           const std::array<float, 2>& discounts) {
  std::vector<float> targets(2);
  ComputeTargets({selector, evaluator, 3}, kRewards, discounts, targets);
  return targets;
}

TEST(ComputeTargets, TakesTheActionFromOneNetworkAndItsValueFromTheOther) {
  EXPECT_EQ(Targets(kOnline, kOnline, {0.5f, 0.5f}), (std::vector<float>{1 + 2.5f, -1 + 4.5f}));
  EXPECT_EQ(Targets(kTarget, kTarget, {0.5f, 0.5f}), (std::vector<float>{1 + 15.f, -1 + 30.f}));
  EXPECT_EQ(Targets(kOnline, kTarget, {0.5f, 0.5f}), (std::vector<float>{1 + 10.f, -1 + 20.f}));
}

TEST(ComputeTargets, DiscountsEachNextValueByItsOwn) {
  EXPECT_EQ(Targets(kOnline, kTarget, {0.0f, 0.25f}), (std::vector<float>{1, -1 + 10.f}));
}

TEST(HuberLoss, IsQuadraticWithinDeltaAndLinearBeyond) {
  EXPECT_FLOAT_EQ(HuberLoss(0.5f, 1), 0.125f);
  EXPECT_FLOAT_EQ(HuberLoss(-0.5f, 1), 0.125f);
  EXPECT_FLOAT_EQ(HuberLoss(3, 1), 2.5f);
  EXPECT_FLOAT_EQ(HuberLoss(-3, 2), 4.0f);
  EXPECT_FLOAT_EQ(HuberGradient(0.5f, 1), 0.5f);
  EXPECT_FLOAT_EQ(HuberGradient(-3, 1), -1);
  EXPECT_FLOAT_EQ(HuberGradient(3, 2), 2);
}

}  // namespace
}  // namespace arcadeq
