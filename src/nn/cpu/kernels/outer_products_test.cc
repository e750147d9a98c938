#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#include "nn/testing/kernel_test.h"
#include "nn/update_rule.h"

namespace arcadeq::kernels {
namespace {

class OuterProductsTest : public KernelTest {};

TEST_P(OuterProductsTest, AddOuterProducts) {
  for (int k = 1; k <= 35; ++k) {
    for (int panels = 1; panels <= 3; ++panels) {
      const int height = 1 + k % 3, width = 1 + k % 7;
      const auto a = Random(static_cast<std::size_t>(height) * width * (k + 5));
      const auto b = Random(static_cast<std::size_t>(height) * width * panels * kPanel);
      auto actual = Random(static_cast<std::size_t>(panels) * k * kPanel);
      auto expected = Copy(actual);
      OuterProduct product;
      product.height = height;
      product.width = width;
      product.a = a.data();
      product.a_x_stride = k + 5;
      product.a_y_stride = static_cast<std::ptrdiff_t>(width) * (k + 5);
      product.k = k;
      product.b = b.data();
      product.b_x_stride = static_cast<std::ptrdiff_t>(panels) * kPanel;
      product.b_y_stride = width * product.b_x_stride;
      product.panels = panels;
      product.panel_stride = static_cast<std::ptrdiff_t>(k) * kPanel;
      product.accumulate = k % 2 == 0;
      product.w = actual.data();
      kernels_.add_outer_products(product);
      product.w = expected.data();
      kReference.add_outer_products(product);
      ExpectSame(actual, expected);
    }
  }
}

TEST_P(OuterProductsTest, AddOuterProductsOfListedRows) {
  for (int k = 4; k <= 20; k += 4) {
    for (int panels = 1; panels <= 3; ++panels) {
      const int width = k - 4, stride = panels * kPanel;
      const auto a = Random(static_cast<std::size_t>(width) * k);
      const auto b = Random(static_cast<std::size_t>(3 * width + 1) * stride);
      std::vector<std::int32_t> offsets;
      offsets.reserve(static_cast<std::size_t>(width));
      for (int x = 0; x < width; ++x) {
        offsets.push_back(static_cast<std::int32_t>(random_.Below(3 * width)) * stride);
      }
      auto actual = Random(static_cast<std::size_t>(panels) * k * kPanel);
      auto expected = Copy(actual);
      OuterProduct product;
      product.width = width;
      product.a = a.data();
      product.a_x_stride = k;
      product.k = k;
      product.b = b.data();
      product.b_offsets = offsets.data();
      product.panels = panels;
      product.panel_stride = static_cast<std::ptrdiff_t>(k) * kPanel;
      product.accumulate = true;
      product.w = actual.data();
      kernels_.add_outer_products(product);
      product.w = expected.data();
      kReference.add_outer_products(product);
      ExpectSame(actual, expected);
    }
  }
}

// Both rules, with and without a blend, with a stored gradient and with an outer product.
TEST_P(OuterProductsTest, StepsWithAndWithoutAStoredGradient) {
  for (int k = 1; k <= 35; ++k) {
    const int panels = 1 + k % 3, samples = 1 + k % 7;
    const auto size = static_cast<std::size_t>(panels) * k * kPanel;
    const auto a = Random(static_cast<std::size_t>(samples) * (k + 5));
    const auto b = Random(static_cast<std::size_t>(samples) * panels * kPanel);
    OuterProduct product;
    product.width = samples;
    product.a = a.data();
    product.a_x_stride = k + 5;
    product.k = k;
    product.b = b.data();
    product.b_x_stride = static_cast<std::ptrdiff_t>(panels) * kPanel;
    product.panels = panels;
    product.panel_stride = static_cast<std::ptrdiff_t>(k) * kPanel;
    AlignedBuffer<float> gradient(size);
    product.w = gradient.data();
    kernels_.add_outer_products(product);
    product.w = nullptr;

    auto p = Random(size), mean = Random(size), square = Random(size), target = Random(size);
    for (float& value : square) value = std::abs(value) + 1;
    const auto squares = Random(static_cast<std::size_t>(panels) * kPanel);
    struct State {
      AlignedBuffer<float> p, mean, square, target, squares;
    };
    const auto run = [&](auto take_step) {
      State state{Copy(p), Copy(mean), Copy(square), Copy(target), Copy(squares)};
      ParameterStep step;
      if (k % 2 == 0) {
        step.rule = AdamRule{0.9f, 0.999f, 0.1f, 0.001f, 0.01f, 3.0f, 1e-7f};
      } else {
        step.rule = RmsPropRule{0.95f, 0.05f, 0.01f, 0.01f};
      }
      step.parameters = state.p.data();
      step.mean = state.mean.data();
      step.square = state.square.data();
      step.target = k % 4 < 2 ? state.target.data() : nullptr;
      step.tau = 0.08f;
      take_step(step, state.squares.data());
      return state;
    };
    const State fused = run([&](const ParameterStep& step, float* sums) {
      kernels_.step_outer_products(product, step, sums);
    });
    const State expected = run([&](const ParameterStep& step, float* sums) {
      kReference.step_outer_products(product, step, sums);
    });
    const State stored = run([&](const ParameterStep& step, float*) {
      kernels_.step_parameters(step, size, gradient.data());
    });
    for (const State* other : {&expected, &stored}) {
      ExpectSame(fused.p, other->p);
      ExpectSame(fused.mean, other->mean);
      ExpectSame(fused.square, other->square);
      ExpectSame(fused.target, other->target);
    }
    ExpectSame(fused.squares, expected.squares);
  }
}

ARCADEQ_INSTANTIATE_KERNEL_TEST(OuterProductsTest);

}  // namespace
}  // namespace arcadeq::kernels
