#include "base/random.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

TEST(RandomStream, SameSeedAndNameGiveTheSameNumbers) {
  RandomStream a(7, "policy"), b(7, "policy");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a(), b());
}

TEST(RandomStream, NamesAndSeedsGiveDifferentStreams) {
  RandomStream policy(7, "policy"), replay(7, "replay"), other_seed(8, "policy");
  const auto first = policy();
  EXPECT_NE(first, replay());
  EXPECT_NE(first, other_seed());
}

// Computed in Python from the definitions of FNV-1a, SplitMix64 and xoshiro256++.
TEST(RandomStream, NumbersDoNotChangeBetweenVersions) {
  RandomStream stream(1, "golden");
  EXPECT_EQ(stream(), 5145906716308451772u);
  EXPECT_EQ(stream(), 3401285051955368420u);
  EXPECT_EQ(stream(), 3386872168781002511u);
}

TEST(RandomStream, ContinuesFromARestoredState) {
  RandomStream stream(1, "golden"), again(2, "other");
  stream();
  again.set_state(stream.state());
  EXPECT_EQ(again(), stream());
}

// The first outputs of the authors' reference code.
TEST(RandomStream, IsXoshiro256PlusPlus) {
  RandomStream stream(1, "any");
  stream.set_state({1, 2, 3, 4});
  EXPECT_EQ(stream(), 41943041u);
  EXPECT_EQ(stream(), 58720359u);
  EXPECT_EQ(stream(), 3588806011781223u);
}

TEST(RandomStream, BelowIsUniform) {
  RandomStream stream(3, "below");
  constexpr int kBins = 7, kDraws = 70000;
  std::vector<int> counts(kBins);
  for (int i = 0; i < kDraws; ++i) ++counts[stream.Below(kBins)];
  double chi_squared = 0;
  for (int count : counts) {
    const double expected = static_cast<double>(kDraws) / kBins;
    chi_squared += (count - expected) * (count - expected) / expected;
  }
  EXPECT_LT(chi_squared, 22.5);  // 6 degrees of freedom, p = 0.001
}

TEST(RandomStream, BetweenIncludesBothEnds) {
  RandomStream stream(4, "between");
  std::vector<int> counts(3);
  for (int i = 0; i < 300; ++i) ++counts.at(static_cast<std::size_t>(stream.Between(2, 4) - 2));
  for (int count : counts) EXPECT_GT(count, 50);
}

TEST(RandomStream, UniformAndNormalHaveTheirMoments) {
  RandomStream stream(5, "moments");
  constexpr int kDraws = 200000;
  double sum = 0, normal_sum = 0, normal_squares = 0, truncated_squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.Uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    const double n = stream.Normal();
    normal_sum += n;
    normal_squares += n * n;
    const double t = stream.TruncatedNormal();
    ASSERT_LE(std::abs(t), 2.0);
    truncated_squares += t * t;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.003);
  EXPECT_NEAR(normal_sum / kDraws, 0.0, 0.01);
  EXPECT_NEAR(normal_squares / kDraws, 1.0, 0.015);
  // The factor that Keras corrects truncated draws by.
  EXPECT_NEAR(std::sqrt(truncated_squares / kDraws), 0.87962566, 0.005);
}

}  // namespace
}  // namespace arcadeq
