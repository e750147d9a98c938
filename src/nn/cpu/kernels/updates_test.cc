#include <cmath>

#include "nn/kernels/kernel_test.h"

namespace arcadeq::kernels {
namespace {

class UpdatesTest : public KernelTest {};

TEST_P(UpdatesTest, SumOfSquares) {
  const auto a = Random(4096);
  const double plain = reference::SumOfSquares(a.data(), a.size());
  if (HasFusedMultiplyAdd(GetParam())) {
    EXPECT_EQ(SumOfSquares(a.data(), a.size()), plain);
  } else {
    EXPECT_NEAR(SumOfSquares(a.data(), a.size()), plain, 1e-5 * plain);
  }
}

TEST_P(UpdatesTest, Adam) {
  for (float gradient_scale : {1.0f, 0.25f}) {
    const AdamStep step{.beta1 = 0.9f,
                        .beta2 = 0.999f,
                        .one_minus_beta1 = 0.1f,
                        .one_minus_beta2 = 0.001f,
                        .step_size = 0.01f,
                        .variance_scale = 3.0f,
                        .epsilon = 1e-7f,
                        .gradient_scale = gradient_scale};
    auto gradient = Random(160), p = Random(160), m = Random(160), v = Random(160);
    for (float& value : v) value = std::abs(value);
    auto plain_gradient = Copy(gradient), plain_p = Copy(p), plain_m = Copy(m), plain_v = Copy(v);
    Adam(step, 160, gradient.data(), p.data(), m.data(), v.data());
    reference::Adam(step, 160, plain_gradient.data(), plain_p.data(), plain_m.data(),
                    plain_v.data());
    ExpectSame(gradient, plain_gradient);
    ExpectSame(p, plain_p);
    ExpectSame(m, plain_m);
    ExpectSame(v, plain_v);
  }
}

TEST_P(UpdatesTest, RmsProp) {
  const RmsPropStep step{.decay = 0.95f,
                         .one_minus_decay = 0.05f,
                         .learning_rate = 0.01f,
                         .epsilon = 0.01f,
                         .gradient_scale = 0.5f};
  auto gradient = Random(160), p = Random(160), mean = Random(160), square = Random(160);
  for (float& value : square) value = std::abs(value) + 1;
  auto plain_gradient = Copy(gradient), plain_p = Copy(p), plain_mean = Copy(mean),
       plain_square = Copy(square);
  RmsProp(step, 160, gradient.data(), p.data(), mean.data(), square.data());
  reference::RmsProp(step, 160, plain_gradient.data(), plain_p.data(), plain_mean.data(),
                     plain_square.data());
  ExpectSame(p, plain_p);
  ExpectSame(mean, plain_mean);
  ExpectSame(square, plain_square);
}

TEST_P(UpdatesTest, Blend) {
  const auto online = Random(320);
  auto fast = Random(320);
  auto plain = Copy(fast);
  Blend(online.data(), 0.08f, 320, fast.data());
  reference::Blend(online.data(), 0.08f, 320, plain.data());
  ExpectSame(fast, plain);
}

TEST_P(UpdatesTest, MomentsNeverBecomeSubnormal) {
  AlignedBuffer<float> gradient(16), p(16), mean(16), square(16);
  for (float& value : mean) value = 2e-38f;
  for (float& value : square) value = 1.2e-38f;
  RmsProp({0.5f, 0.5f, 0.01f, 0.01f, 1.0f}, 16, gradient.data(), p.data(), mean.data(),
          square.data());
  EXPECT_EQ(mean[0], 0.0f);
  EXPECT_EQ(square[0], 0.0f);
  for (float& value : mean) value = -2e-38f;
  for (float& value : square) value = 1.2e-38f;
  Adam({0.5f, 0.5f, 0.5f, 0.5f, 0.01f, 3.0f, 1e-7f, 1.0f}, 16, gradient.data(), p.data(),
       mean.data(), square.data());
  EXPECT_EQ(mean[15], 0.0f);
  EXPECT_EQ(square[15], 0.0f);
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(UpdatesTest);

}  // namespace
}  // namespace arcadeq::kernels
