// Steps of the optimisers by their formulas, in double. Longer runs against PyTorch:
// golden_test.cc.

#include "nn/optimizer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"

namespace arcadeq {
namespace {

constexpr std::size_t kSize = 100'000 / 16 * 16;  // more than one shard, the last not full

class OptimizerTest : public ::testing::Test {
 protected:
  OptimizerTest() {
    for (float& value : parameters_) value = static_cast<float>(random_.Normal());
    for (float& value : gradient_) value = static_cast<float>(random_.Normal());
  }

  double Norm() const {
    double squares = 0;
    for (float g : gradient_) squares += static_cast<double>(g) * g;
    return std::sqrt(squares);
  }

  RandomStream random_{1, "optimizer_test"};
  AlignedBuffer<float> parameters_{kSize};
  AlignedBuffer<float> gradient_{kSize};
  ThreadPool pool_{2};
};

TEST_F(OptimizerTest, AdamByItsFormula) {
  const OptimizerConfig config{.algorithm = "adam", .learning_rate = 0.01, .epsilon = 1e-3};
  Optimizer optimizer(config, kSize);
  std::vector<double> p(parameters_.begin(), parameters_.end()), m(kSize), v(kSize);
  for (int t = 1; t <= 3; ++t) {
    for (std::size_t i = 0; i < kSize; ++i) {
      const double g = gradient_[i];
      m[i] = 0.9 * m[i] + 0.1 * g;
      v[i] = 0.999 * v[i] + 0.001 * g * g;
      const double m_hat = m[i] / (1 - std::pow(0.9, t)), v_hat = v[i] / (1 - std::pow(0.999, t));
      p[i] -= 0.01 * m_hat / (std::sqrt(v_hat) + 1e-3);
    }
    optimizer.Step(gradient_.span(), parameters_.span(), pool_);
    for (float& g : gradient_) g = g * -0.5f + 0.1f;
  }
  for (std::size_t i = 0; i < kSize; ++i) ASSERT_NEAR(parameters_[i], p[i], 2e-6) << i;
}

TEST_F(OptimizerTest, CentredRmsPropByItsFormula) {
  const OptimizerConfig config{.algorithm = "rmsprop", .learning_rate = 0.01, .epsilon = 0.01};
  Optimizer optimizer(config, kSize);
  std::vector<double> p(parameters_.begin(), parameters_.end()), mean(kSize), square(kSize);
  for (int t = 1; t <= 3; ++t) {
    for (std::size_t i = 0; i < kSize; ++i) {
      const double g = gradient_[i];
      mean[i] = 0.95 * mean[i] + 0.05 * g;
      square[i] = 0.95 * square[i] + 0.05 * g * g;
      p[i] -= 0.01 * g / std::sqrt(square[i] - mean[i] * mean[i] + 0.01);
    }
    optimizer.Step(gradient_.span(), parameters_.span(), pool_);
    for (float& g : gradient_) g = g * -0.5f + 0.1f;
  }
  for (std::size_t i = 0; i < kSize; ++i) ASSERT_NEAR(parameters_[i], p[i], 2e-6) << i;
}

TEST_F(OptimizerTest, ClipsToTheGlobalNormInPlaceAndReturnsTheNormBefore) {
  const double norm = Norm();
  const std::vector<float> before(gradient_.begin(), gradient_.end());
  Optimizer optimizer({.max_grad_norm = 10}, kSize);
  EXPECT_NEAR(optimizer.Step(gradient_.span(), parameters_.span(), pool_), norm, 1e-6 * norm);
  EXPECT_NEAR(Norm(), 10, 1e-5);
  EXPECT_NEAR(gradient_[7], before[7] * 10 / norm, 1e-7);
}

TEST_F(OptimizerTest, LeavesAGradientAloneThatIsShortEnough) {
  const std::vector<float> before(gradient_.begin(), gradient_.end());
  for (double limit : {0.0, 1e6}) {
    Optimizer optimizer({.max_grad_norm = limit}, kSize);
    optimizer.Step(gradient_.span(), parameters_.span(), pool_);
    EXPECT_TRUE(std::ranges::equal(gradient_, before));
  }
}

TEST_F(OptimizerTest, BitsDoNotDependOnTheNumberOfThreads) {
  std::vector<std::vector<float>> results;
  std::vector<double> norms;
  for (int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    Optimizer optimizer({.max_grad_norm = 1}, kSize);
    AlignedBuffer<float> p(kSize), g(kSize);
    std::ranges::copy(parameters_, p.begin());
    std::ranges::copy(gradient_, g.begin());
    norms.push_back(optimizer.Step(g.span(), p.span(), pool));
    results.emplace_back(p.begin(), p.end());
  }
  EXPECT_EQ(norms[1], norms[0]);
  EXPECT_EQ(norms[2], norms[0]);
  EXPECT_EQ(results[1], results[0]);
  EXPECT_EQ(results[2], results[0]);
}

TEST_F(OptimizerTest, ItsStateCanBeTakenOver) {
  for (const char* algorithm : {"adam", "rmsprop"}) {
    const OptimizerConfig config{.algorithm = algorithm, .learning_rate_decay_updates = 10};
    Optimizer whole(config, kSize), first(config, kSize), second(config, kSize);
    AlignedBuffer<float> expected(kSize);
    std::ranges::copy(parameters_, expected.begin());
    AlignedBuffer<float> p(kSize);
    std::ranges::copy(parameters_, p.begin());
    for (int i = 0; i < 4; ++i) whole.Step(gradient_.span(), expected.span(), pool_);
    for (int i = 0; i < 2; ++i) first.Step(gradient_.span(), p.span(), pool_);
    std::ranges::copy(first.mean(), second.mean().begin());
    std::ranges::copy(first.square(), second.square().begin());
    second.set_steps(first.steps());
    EXPECT_EQ(second.steps(), 2);
    for (int i = 0; i < 2; ++i) second.Step(gradient_.span(), p.span(), pool_);
    EXPECT_TRUE(std::ranges::equal(p, expected)) << algorithm;
  }
}

TEST_F(OptimizerTest, AStepBlendsItsParametersIntoTheTarget) {
  AlignedBuffer<float> target(kSize);
  std::ranges::copy(gradient_, target.begin());
  const std::vector<float> before(target.begin(), target.end());
  Optimizer optimizer({}, kSize);
  optimizer.Step(gradient_.span(), parameters_.span(), {target.span(), 0.08}, pool_);
  for (std::size_t i = 0; i < kSize; ++i) {
    ASSERT_NEAR(target[i], before[i] + 0.08 * (parameters_[i] - before[i]), 1e-6) << i;
  }
}

}  // namespace
}  // namespace arcadeq
