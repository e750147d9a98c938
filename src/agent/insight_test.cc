#include "agent/insight.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "agent/epsilon_greedy.h"
#include "base/frame.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "nn/network.h"
#include "nn/testing/example.h"

namespace arcadeq {
namespace {

using testing::Example;

class InsightTest : public ::testing::Test {
 protected:
  static constexpr int kActions = 4;

  static std::unique_ptr<Network> MakeNetworkOf(bool dueling, const Loss& loss) {
    return MakeNetwork({.architecture = "mlp", .hidden = 16, .dueling = dueling},
                       {{ElementType::kFloat32, 1, 4}, 2, kActions, loss.atoms()});
  }

  Insight Read(Example& example, const Loss& loss) {
    return InsightReader(*example.network, loss)
        .Read(*example.parameters, example.stacks.front(), pool_);
  }

  ThreadPool pool_{1};
};

TEST_F(InsightTest, TellsTheValuesThatThePolicyActsBy) {
  for (const std::string& name : LossChoice("huber").names()) {
    const auto loss = LossChoice(name).Make();
    for (const bool dueling : {false, true}) {
      Example example(MakeNetworkOf(dueling, *loss), 1);
      example.Forward(pool_);
      const std::span<const float> outputs = example.outputs;
      const Insight insight = Read(example, *loss);
      ASSERT_EQ(insight.values.size(), static_cast<std::size_t>(kActions));
      const auto atoms = static_cast<std::size_t>(loss->atoms());
      for (std::size_t action = 0; action < kActions; ++action) {
        EXPECT_EQ(insight.values[action], loss->Value(outputs.subspan(action * atoms, atoms)));
      }
      EXPECT_EQ(insight.greedy, ChooseGreedily(*loss, outputs).action);
      EXPECT_EQ(insight.state_value.has_value(), dueling);
    }
  }
}

// The biases of the two streams change nothing but what they should: those of the value stream the
// value, those of the advantage stream, if they are all equal, nothing.
TEST_F(InsightTest, TellsTheValueOfADuelingNetworkFromItsAdvantages) {
  const auto loss = LossChoice("squared").Make();
  Example example(MakeNetworkOf(true, *loss), 1);
  const Insight before = Read(example, *loss);
  auto tensors = example.network->Export(*example.parameters);
  for (auto& tensor : tensors) {
    if (tensor.name == "value.bias") tensor.values[0] += 5;
    if (tensor.name == "advantage.bias") {
      for (float& value : tensor.values) value += 7;
    }
  }
  example.network->Import(tensors, *example.parameters);
  const Insight after = Read(example, *loss);
  EXPECT_NEAR(*after.state_value, *before.state_value + 5, 1e-4);
  for (std::size_t action = 0; action < kActions; ++action) {
    EXPECT_NEAR(after.values[action] - *after.state_value,
                before.values[action] - *before.state_value, 1e-4);
  }
}

TEST_F(InsightTest, HasTheDistributionsOfALossThatLearnsThem) {
  const auto loss = LossChoice("hl_gauss").Make();
  Example example(MakeNetworkOf(false, *loss), 1);
  const Insight insight = Read(example, *loss);
  ASSERT_EQ(insight.distributions.size(), static_cast<std::size_t>(kActions));
  for (std::size_t action = 0; action < kActions; ++action) {
    const auto& [low, high, shares] = insight.distributions[action];
    ASSERT_EQ(shares.size(), static_cast<std::size_t>(loss->atoms()));
    const float width = (high - low) / static_cast<float>(shares.size());
    float sum = 0, mean = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      sum += shares[i];
      mean += shares[i] * (low + (static_cast<float>(i) + 0.5f) * width);
    }
    EXPECT_NEAR(sum, 1, 1e-5);
    EXPECT_NEAR(mean, insight.values[action], 1e-4);
  }
  const auto scalar = LossChoice("huber").Make();
  Example plain(MakeNetworkOf(false, *scalar), 1);
  EXPECT_TRUE(Read(plain, *scalar).distributions.empty());
}

}  // namespace
}  // namespace arcadeq
