#include "agent/epsilon_greedy.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

constexpr FrameFormat kVector{ElementType::kFloat32, 1, 4};
constexpr int kActions = 3;

class EpsilonGreedyTest : public ::testing::Test {
 protected:
  EpsilonGreedyTest() {
    RandomStream random(1, "init");
    network_->Initialize(*parameters_, random);
    observation_.frames[0] = reinterpret_cast<const std::uint8_t*>(frame_.data());
    observation_.depth = 1;
  }

  std::vector<int> Counts(double epsilon, int draws) {
    EpsilonGreedy policy(*network_, *loss_, {RandomStream(2, "policy")});
    std::vector<int> counts(kActions);
    const int environment = 0;
    std::int32_t action = -1;
    for (int i = 0; i < draws; ++i) {
      policy.Act(*parameters_, {&environment, 1}, {&observation_, 1}, {&epsilon, 1}, pool_,
                 {&action, 1});
      ++counts.at(static_cast<std::size_t>(action));
    }
    return counts;
  }

  int Greedy() {
    std::array<float, kActions> q;
    auto workspace = network_->MakeWorkspace(1, 0);
    auto read = network_->MakeObservations(1);
    network_->Read({&observation_, 1}, *read, pool_);
    network_->Forward(*parameters_, {*read, 0, 1}, *workspace, pool_, q);
    return ChooseGreedily(*loss_, q).action;
  }

  ThreadPool pool_{1};
  std::unique_ptr<Network> network_ =
      MakeNetwork({.architecture = "mlp", .hidden = 16, .dueling = true},
                  {.frame = kVector, .stack = 1, .actions = kActions});
  std::unique_ptr<Loss> loss_ = LossChoice("huber").Make();
  std::unique_ptr<Network::Parameters> parameters_ = network_->MakeParameters();
  alignas(64) std::array<float, 4> frame_ = {0.5f, -1, 2, 0.25f};
  StackView observation_;
};

TEST_F(EpsilonGreedyTest, IsGreedyAtEpsilonZero) {
  EXPECT_EQ(Counts(0, 100).at(Greedy()), 100);
}

TEST_F(EpsilonGreedyTest, IsUniformAtEpsilonOne) {
  for (int count : Counts(1, 3000)) EXPECT_NEAR(count, 1000, 120);
}

TEST_F(EpsilonGreedyTest, MixesBothInProportion) {
  const auto counts = Counts(0.3, 10000);
  EXPECT_NEAR(counts.at(Greedy()), 8000, 200);
}

TEST_F(EpsilonGreedyTest, ActionsDoNotDependOnTheOtherEnvironments) {
  constexpr int kEnvs = 5, kRounds = 40;
  const auto streams = [](int first, int count) {
    std::vector<RandomStream> made;
    for (int i = first; i < first + count; ++i) made.emplace_back(i, "policy");
    return made;
  };
  alignas(64) std::array<std::array<float, 4>, kEnvs> frames;
  std::vector<StackView> observations(kEnvs, observation_);
  for (int i = 0; i < kEnvs; ++i) {
    frames[i] = {0.3f * static_cast<float>(i), 1, -1, 0.5f};
    observations[i].frames[0] = reinterpret_cast<const std::uint8_t*>(frames[i].data());
  }
  const std::vector<int> numbers = {0, 1, 2, 3, 4};
  const std::vector<double> epsilons = {0, 0.3, 0.5, 0.7, 1};
  EpsilonGreedy together(*network_, *loss_, streams(0, kEnvs));
  std::vector<EpsilonGreedy> alone;
  for (int i = 0; i < kEnvs; ++i) alone.emplace_back(*network_, *loss_, streams(i, 1));
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::int32_t> actions(kEnvs, -1);
    together.Act(*parameters_, numbers, observations, epsilons, pool_, actions);
    for (int i = 0; i < kEnvs; ++i) {
      std::int32_t action = -1;
      alone[i].Act(*parameters_, {numbers.data(), 1}, {&observations[i], 1}, {&epsilons[i], 1},
                   pool_, {&action, 1});
      EXPECT_EQ(actions[i], action);
    }
  }
}

TEST(ChooseGreedily, BreaksTiesByTheFirstAction) {
  const std::array<float, 4> q = {1, 3, 3, 2};
  const GreedyChoice best = ChooseGreedily(*LossChoice("huber").Make(), q);
  EXPECT_EQ(best.action, 1);
  EXPECT_EQ(best.value, 3);
}

}  // namespace
}  // namespace arcadeq
