#include "nn/dueling.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace arcadeq {
namespace {

using ::testing::ElementsAre;

TEST(Dueling, TheMeanIsOfEachSampleByItself) {
  BatchMatrix advantage(2, 3), value(2, 1);
  const BatchView a = advantage.View(2), v = value.View(2);
  for (int i = 0; i < 3; ++i) {
    a.sample(0)[i] = static_cast<float>(i);             // 0 1 2: mean 1
    a.sample(1)[i] = static_cast<float>(10 * (i + 1));  // 10 20 30: mean 20
  }
  *v.sample(0) = 100;
  *v.sample(1) = -100;
  std::vector<float> q(6);
  AggregateDueling(a, v, 3, 1, q);
  EXPECT_THAT(q, ElementsAre(99, 100, 101, -110, -100, -90));
}

TEST(Dueling, GradientsOfBothStreams) {
  BatchMatrix advantage(2, 3), value(2, 1);
  const BatchView d_a = advantage.View(2), d_v = value.View(2);
  const std::vector<float> dq = {3, 0, 0, 1, 2, 3};
  SplitDueling(dq, 3, 1, d_a, d_v);
  EXPECT_THAT(std::vector<float>(d_a.sample(0), d_a.sample(0) + 3), ElementsAre(2, -1, -1));
  EXPECT_THAT(std::vector<float>(d_a.sample(1), d_a.sample(1) + 3), ElementsAre(-1, 0, 1));
  EXPECT_EQ(*d_v.sample(0), 3);
  EXPECT_EQ(*d_v.sample(1), 6);
}

TEST(Dueling, EveryAtomIsJoinedByItself) {
  BatchMatrix advantage(1, 6), value(1, 2);
  const BatchView a = advantage.View(1), v = value.View(1);
  const std::vector<float> atoms = {0, 10, 1, 20, 2, 30};  // means 1 and 20
  std::copy(atoms.begin(), atoms.end(), a.sample(0));
  v.sample(0)[0] = 100;
  v.sample(0)[1] = -100;
  std::vector<float> q(6);
  AggregateDueling(a, v, 3, 2, q);
  EXPECT_THAT(q, ElementsAre(99, -110, 100, -100, 101, -90));
  SplitDueling(q, 3, 2, a, v);
  EXPECT_THAT(std::vector<float>(a.sample(0), a.sample(0) + 6), ElementsAre(-1, -10, 0, 0, 1, 10));
  EXPECT_EQ(v.sample(0)[0], 300);
  EXPECT_EQ(v.sample(0)[1], -300);
}

}  // namespace
}  // namespace arcadeq
