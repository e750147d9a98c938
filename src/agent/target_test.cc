#include "agent/target.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

constexpr StepEnd kGoesOn{};
constexpr StepEnd kTerminated{.terminated = true, .truncated = false, .life_lost = true};
constexpr StepEnd kTruncated{.terminated = false, .truncated = true, .life_lost = false};
constexpr StepEnd kLifeLost{.terminated = false, .truncated = false, .life_lost = true};

// Two samples, three actions: the online network prefers actions 1 and 0, the target network 2
// and 2.
const std::array<float, 6> kOnline = {1, 5, 2, 9, 3, 3};
const std::array<float, 6> kTarget = {10, 20, 30, 40, 50, 60};
const std::array<float, 2> kRewards = {1, -1};

std::vector<float> Targets(std::span<const float> selector, std::span<const float> evaluator,
                           std::array<StepEnd, 2> ends, bool terminal_on_life_loss = false) {
  std::vector<float> targets(2);
  ComputeTargets({selector, evaluator, 3}, kRewards, ends, 0.5, terminal_on_life_loss, targets);
  return targets;
}

TEST(ComputeTargets, TakesTheActionFromOneNetworkAndItsValueFromTheOther) {
  const std::array<StepEnd, 2> ends = {kGoesOn, kGoesOn};
  EXPECT_EQ(Targets(kOnline, kOnline, ends), (std::vector<float>{1 + 2.5f, -1 + 4.5f}));
  EXPECT_EQ(Targets(kTarget, kTarget, ends), (std::vector<float>{1 + 15.f, -1 + 30.f}));
  EXPECT_EQ(Targets(kOnline, kTarget, ends), (std::vector<float>{1 + 10.f, -1 + 20.f}));
}

TEST(ComputeTargets, NothingFollowsATerminationButATruncationBootstraps) {
  EXPECT_EQ(Targets(kOnline, kTarget, {kTerminated, kTruncated}),
            (std::vector<float>{1, -1 + 20.f}));
}

TEST(ComputeTargets, ALostLifeEndsTheReturnOnlyIfSoSet) {
  EXPECT_EQ(Targets(kOnline, kTarget, {kLifeLost, kGoesOn}, false),
            (std::vector<float>{1 + 10.f, -1 + 20.f}));
  EXPECT_EQ(Targets(kOnline, kTarget, {kLifeLost, kGoesOn}, true),
            (std::vector<float>{1, -1 + 20.f}));
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
