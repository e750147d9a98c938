#include <cmath>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/testing/kernel_test.h"
#include "nn/update_rule.h"

namespace arcadeq::kernels {
namespace {

class UpdatesTest : public KernelTest {};

TEST_P(UpdatesTest, SumOfSquares) {
  const auto a = Random(4096);
  const double expected = kReference.sum_of_squares(a.data(), a.size());
  if (HasFusedMultiplyAdd(GetParam())) {
    EXPECT_EQ(kernels_.sum_of_squares(a.data(), a.size()), expected);
  } else {
    EXPECT_NEAR(kernels_.sum_of_squares(a.data(), a.size()), expected, 1e-5 * expected);
  }
}

TEST_P(UpdatesTest, StepsWithAStoredGradient) {
  const UpdateRule rules[] = {
      AdamRule{.beta1 = 0.9f,
               .beta2 = 0.999f,
               .one_minus_beta1 = 0.1f,
               .one_minus_beta2 = 0.001f,
               .step_size = 0.01f,
               .variance_scale = 3.0f,
               .epsilon = 1e-7f},
      RmsPropRule{
          .decay = 0.95f, .one_minus_decay = 0.05f, .learning_rate = 0.01f, .epsilon = 0.01f}};
  for (const UpdateRule& rule : rules) {
    for (const float gradient_scale : {1.0f, 0.25f}) {
      for (const bool blends : {true, false}) {
        const auto gradient = Random(160), p = Random(160), mean = Random(160),
                   target = Random(160);
        auto square = Random(160);
        for (float& value : square) value = std::abs(value) + 1;
        struct State {
          AlignedBuffer<float> gradient, p, mean, square, target;
        };
        const auto run = [&](const Kernels& kernels) {
          State state{Copy(gradient), Copy(p), Copy(mean), Copy(square), Copy(target)};
          const ParameterStep step{.rule = rule,
                                   .gradient_scale = gradient_scale,
                                   .parameters = state.p.data(),
                                   .mean = state.mean.data(),
                                   .square = state.square.data(),
                                   .target = blends ? state.target.data() : nullptr,
                                   .tau = 0.08f};
          kernels.step_parameters(step, 160, state.gradient.data());
          return state;
        };
        const State actual = run(kernels_), expected = run(kReference);
        ExpectSame(actual.gradient, expected.gradient);
        ExpectSame(actual.p, expected.p);
        ExpectSame(actual.mean, expected.mean);
        ExpectSame(actual.square, expected.square);
        ExpectSame(actual.target, expected.target);
        EXPECT_EQ(actual.target[0] != target[0], blends);
      }
    }
  }
}

TEST_P(UpdatesTest, MomentsNeverBecomeSubnormal) {
  AlignedBuffer<float> gradient(16), p(16), mean(16), square(16);
  ParameterStep step{.rule = RmsPropRule{0.5f, 0.5f, 0.01f, 0.01f},
                     .parameters = p.data(),
                     .mean = mean.data(),
                     .square = square.data()};
  for (float& value : mean) value = 2e-38f;
  for (float& value : square) value = 1.2e-38f;
  kernels_.step_parameters(step, 16, gradient.data());
  EXPECT_EQ(mean[0], 0.0f);
  EXPECT_EQ(square[0], 0.0f);
  for (float& value : mean) value = -2e-38f;
  for (float& value : square) value = 1.2e-38f;
  step.rule = AdamRule{0.5f, 0.5f, 0.5f, 0.5f, 0.01f, 3.0f, 1e-7f};
  kernels_.step_parameters(step, 16, gradient.data());
  EXPECT_EQ(mean[15], 0.0f);
  EXPECT_EQ(square[15], 0.0f);
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(UpdatesTest);

}  // namespace
}  // namespace arcadeq::kernels
