#include "agent/actor.h"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace arcadeq {
namespace {

constexpr FrameFormat kVector{ElementType::kFloat32, 1, 4};
constexpr int kActions = 3;

class ActorTest : public ::testing::Test {
 protected:
  ActorTest() : parameters_(network_.buffer_size()) {
    RandomStream random(1, "init");
    network_.Initialize(parameters_.span(), random);
    observation_.frames[0] = reinterpret_cast<const std::uint8_t*>(frame_.data());
    observation_.depth = 1;
  }

  std::vector<int> Counts(double epsilon, int draws) {
    Actor actor(network_, pool_, RandomStream(2, "policy"));
    std::vector<int> counts(kActions);
    for (int i = 0; i < draws; ++i) {
      ++counts.at(actor.Act(parameters_.span(), observation_, epsilon));
    }
    return counts;
  }

  int Greedy() {
    std::array<float, kActions> q;
    auto workspace = network_.MakeWorkspace(1);
    network_.Forward(parameters_.span(), {&observation_, 1}, *workspace, pool_, q);
    return GreedyAction(q);
  }

  ThreadPool pool_{1};
  QNetwork network_{NetworkConfig{.architecture = "mlp", .hidden = 16, .dueling = true}, kVector, 1,
                    kActions};
  AlignedBuffer<float> parameters_;
  alignas(64) std::array<float, 4> frame_ = {0.5f, -1, 2, 0.25f};
  StackView observation_;
};

TEST_F(ActorTest, IsGreedyAtEpsilonZero) {
  EXPECT_EQ(Counts(0, 100).at(Greedy()), 100);
}

TEST_F(ActorTest, IsUniformAtEpsilonOne) {
  for (int count : Counts(1, 3000)) EXPECT_NEAR(count, 1000, 120);
}

TEST_F(ActorTest, MixesBothInProportion) {
  const auto counts = Counts(0.3, 10000);
  EXPECT_NEAR(counts.at(Greedy()), 8000, 200);
}

TEST(GreedyAction, TakesTheFirstOfEquals) {
  const std::array<float, 4> q = {1, 3, 3, 2};
  EXPECT_EQ(GreedyAction(q), 1);
}

}  // namespace
}  // namespace arcadeq
