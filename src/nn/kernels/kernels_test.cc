// Every fast kernel, on every instruction set of this processor, against the plain loop that
// defines it: equal bits where multiply-adds are fused, a small error elsewhere.

#include "nn/kernels/kernels.h"

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "nn/kernels/reference.h"
#include "nn/kernels/targets.h"

namespace arcadeq::kernels {
namespace {

class KernelTest : public ::testing::TestWithParam<std::string> {
 protected:
  KernelTest() { UseTarget(GetParam()); }
  ~KernelTest() override { UseTarget(Targets().front()); }

  AlignedBuffer<float> Random(std::size_t n) {
    AlignedBuffer<float> values(n);
    for (float& value : values) value = static_cast<float>(random_.Uniform(-1, 1));
    return values;
  }

  static AlignedBuffer<float> Copy(const AlignedBuffer<float>& values) {
    AlignedBuffer<float> copy(values.size());
    std::copy(values.begin(), values.end(), copy.begin());
    return copy;
  }

  void ExpectSame(const AlignedBuffer<float>& fast, const AlignedBuffer<float>& plain) const {
    ASSERT_EQ(fast.size(), plain.size());
    for (std::size_t i = 0; i < fast.size(); ++i) {
      if (HasFusedMultiplyAdd(GetParam())) {
        ASSERT_EQ(std::memcmp(&fast[i], &plain[i], sizeof(float)), 0)
            << "element " << i << ": " << fast[i] << " for " << plain[i];
      } else {
        ASSERT_NEAR(fast[i], plain[i], 1e-4 * (1 + std::abs(plain[i]))) << "element " << i;
      }
    }
  }

  RandomStream random_{1, "kernels"};
};

TEST_P(KernelTest, MultiplyPanels) {
  for (int rows = 1; rows <= 27; ++rows) {
    for (int panels = 1; panels <= 5; ++panels) {
      const int runs = 1 + rows % 3, run_length = 8 * (1 + rows % 4);
      const auto start = static_cast<Start>(rows % 3);
      const auto finish = static_cast<Finish>((rows + panels) % 2);
      const int a_stride = runs * run_length + 24, c_stride = panels * kPanel + 16;
      const auto a = Random(static_cast<std::size_t>(rows) * a_stride);
      const auto w = Random(static_cast<std::size_t>(panels) * runs * run_length * kPanel);
      const auto bias = Random(static_cast<std::size_t>(panels) * kPanel);
      auto fast = Random(static_cast<std::size_t>(rows) * c_stride);
      auto plain = Copy(fast);
      std::vector<std::int32_t> a_offsets, c_offsets;
      for (int i = 0; i < rows; ++i) {
        a_offsets.push_back(i * a_stride);
        c_offsets.push_back(i * c_stride);
      }
      PanelProduct product;
      product.rows = rows;
      product.a = a.data();
      product.a_offsets = a_offsets.data();
      product.runs = runs;
      product.run_length = run_length;
      product.run_stride = run_length + 8;
      product.w = w.data();
      product.panels = panels;
      product.panel_stride = static_cast<std::ptrdiff_t>(runs) * run_length * kPanel;
      product.c_offsets = c_offsets.data();
      product.start = start;
      product.bias = bias.data();
      product.finish = finish;
      product.a_spacing = panels % 2 == 0 ? a_stride : 0;
      product.c = fast.data();
      MultiplyPanels(product);
      product.c = plain.data();
      reference::MultiplyPanels(product);
      ExpectSame(fast, plain);
    }
  }
}

TEST_P(KernelTest, AddOuterProducts) {
  for (int k = 1; k <= 35; ++k) {
    for (int panels = 1; panels <= 3; ++panels) {
      const int height = 1 + k % 3, width = 1 + k % 7;
      const auto a = Random(static_cast<std::size_t>(height) * width * (k + 5));
      const auto b = Random(static_cast<std::size_t>(height) * width * panels * kPanel);
      auto fast = Random(static_cast<std::size_t>(panels) * k * kPanel);
      auto plain = Copy(fast);
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
      product.w = fast.data();
      AddOuterProducts(product);
      product.w = plain.data();
      reference::AddOuterProducts(product);
      ExpectSame(fast, plain);
    }
  }
}

TEST_P(KernelTest, AddListedProducts) {
  for (int rows = 0; rows <= 27; ++rows) {
    const int panels = 1 + rows % 3, k = 4 * (1 + rows % 4), stride = panels * kPanel;
    const auto a = Random(static_cast<std::size_t>(rows) * k);
    const auto w = Random(static_cast<std::size_t>(panels) * k * kPanel);
    auto fast = Random(static_cast<std::size_t>(2 * rows + 1) * stride);
    auto plain = Copy(fast);
    std::vector<std::int32_t> offsets;
    for (int i = 0; i < rows; ++i) offsets.push_back(2 * i * stride);
    ListedProduct product;
    product.rows = rows;
    product.a = a.data();
    product.k = k;
    product.w = w.data();
    product.panels = panels;
    product.panel_stride = static_cast<std::ptrdiff_t>(k) * kPanel;
    product.c_offsets = offsets.data();
    product.c = fast.data();
    AddListedProducts(product);
    product.c = plain.data();
    reference::AddListedProducts(product);
    ExpectSame(fast, plain);
  }
}

TEST_P(KernelTest, AddOuterProductsOfListedRows) {
  for (int k = 4; k <= 20; k += 4) {
    for (int panels = 1; panels <= 3; ++panels) {
      const int width = k - 4, stride = panels * kPanel;
      const auto a = Random(static_cast<std::size_t>(width) * k);
      const auto b = Random(static_cast<std::size_t>(3 * width + 1) * stride);
      std::vector<std::int32_t> offsets;
      for (int x = 0; x < width; ++x) {
        offsets.push_back(static_cast<std::int32_t>(random_.Below(3 * width)) * stride);
      }
      auto fast = Random(static_cast<std::size_t>(panels) * k * kPanel);
      auto plain = Copy(fast);
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
      product.w = fast.data();
      AddOuterProducts(product);
      product.w = plain.data();
      reference::AddOuterProducts(product);
      ExpectSame(fast, plain);
    }
  }
}

TEST_P(KernelTest, FindsAndReadsBlocks) {
  constexpr int kBlocks = 21 * 6;
  for (int depth = 1; depth <= kMaxBlockDepth; ++depth) {
    std::vector<AlignedBuffer<std::uint8_t>> frames;
    std::vector<const std::uint8_t*> pointers;
    for (int f = 0; f < depth; ++f) {
      auto& frame = frames.emplace_back(std::size_t{4} * kBlocks);
      for (int i = 0; i < 40; ++i) {
        frame[random_.Below(frame.size())] = static_cast<std::uint8_t>(random_.Below(256));
      }
      pointers.push_back(frame.data());
    }
    std::vector<std::int32_t> fast(kBlocks + 16), plain(kBlocks);
    const int found = FindBlocks(pointers.data(), depth, 21, 21, 3, 42, fast.data());
    ASSERT_EQ(found, reference::FindBlocks(pointers.data(), depth, 21, 21, 3, 42, plain.data()));
    ASSERT_GT(found, 0);
    ASSERT_LT(found, 63);
    fast.resize(found);
    plain.resize(found);
    EXPECT_EQ(fast, plain);
    const std::size_t size = std::size_t{4} * depth * found;
    AlignedBuffer<float> fast_pixels(size + 16), plain_pixels(size + 16);
    ReadBlocks(pointers.data(), depth, fast.data(), found, fast_pixels.data());
    reference::ReadBlocks(pointers.data(), depth, fast.data(), found, plain_pixels.data());
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(fast_pixels[i], plain_pixels[i]);
  }
}

TEST_P(KernelTest, Relu) {
  const auto in = Random(240);
  AlignedBuffer<float> fast(240), plain(240);
  Relu(in.data(), 240, fast.data());
  reference::Relu(in.data(), 240, plain.data());
  ExpectSame(fast, plain);
}

TEST_P(KernelTest, TransposeBlocks) {
  for (int blocks = 1; blocks <= 4; ++blocks) {
    BlockTranspose transpose;
    transpose.in_stride = kPanel + blocks % 2 * 8;
    transpose.blocks = blocks;
    transpose.block_stride = 3 * kPanel * kPanel;
    transpose.out_stride = kPanel + blocks % 3 * 16;
    const auto in = Random(static_cast<std::size_t>(blocks * transpose.block_stride));
    AlignedBuffer<float> fast(static_cast<std::size_t>(blocks * kPanel * transpose.out_stride));
    auto plain = Copy(fast);
    transpose.in = in.data();
    transpose.out = fast.data();
    TransposeBlocks(transpose);
    transpose.out = plain.data();
    reference::TransposeBlocks(transpose);
    ExpectSame(fast, plain);
  }
}

TEST_P(KernelTest, InterleaveFrames) {
  for (int depth = 1; depth <= 8; ++depth) {
    for (int pixels : {1, 15, 16, 30, 77, 8400}) {
      std::vector<std::vector<std::uint8_t>> frames(depth);
      std::vector<const std::uint8_t*> pointers;
      for (auto& frame : frames) {
        for (int i = 0; i < pixels; ++i) {
          frame.push_back(static_cast<std::uint8_t>(random_.Below(256)));
        }
        pointers.push_back(frame.data());
      }
      AlignedBuffer<float> fast(static_cast<std::size_t>(depth) * pixels);
      auto plain = Copy(fast);
      InterleaveFrames(pointers.data(), depth, pixels, fast.data());
      reference::InterleaveFrames(pointers.data(), depth, pixels, plain.data());
      ExpectSame(fast, plain);
    }
  }
}

TEST_P(KernelTest, MaskGradient) {
  auto activation = Random(240);
  for (std::size_t i = 0; i < activation.size(); i += 3) activation[i] = 0.0f;
  auto fast = Random(240);
  auto plain = Copy(fast);
  MaskGradient(activation.data(), 240, fast.data());
  reference::MaskGradient(activation.data(), 240, plain.data());
  ExpectSame(fast, plain);
}

TEST_P(KernelTest, SumRows) {
  for (int rows = 1; rows <= 9; ++rows) {
    const auto a = Random(static_cast<std::size_t>(rows) * 64);
    auto fast = Random(48);
    auto plain = Copy(fast);
    SumRows(a.data(), rows, 64, 48, rows % 2 == 0, fast.data());
    reference::SumRows(a.data(), rows, 64, 48, rows % 2 == 0, plain.data());
    ExpectSame(fast, plain);
  }
}

TEST_P(KernelTest, SumOfSquares) {
  const auto a = Random(4096);
  const double plain = reference::SumOfSquares(a.data(), a.size());
  if (HasFusedMultiplyAdd(GetParam())) {
    EXPECT_EQ(SumOfSquares(a.data(), a.size()), plain);
  } else {
    EXPECT_NEAR(SumOfSquares(a.data(), a.size()), plain, 1e-5 * plain);
  }
}

TEST_P(KernelTest, Adam) {
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

TEST_P(KernelTest, RmsProp) {
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

TEST_P(KernelTest, Blend) {
  const auto online = Random(320);
  auto fast = Random(320);
  auto plain = Copy(fast);
  Blend(online.data(), 0.08f, 320, fast.data());
  reference::Blend(online.data(), 0.08f, 320, plain.data());
  ExpectSame(fast, plain);
}

// Both rules, with and without a blend, for a step of a stored gradient and of an outer product.
TEST_P(KernelTest, StepsOfGradientsStoredAndNot) {
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
    AddOuterProducts(product);
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
      step.rule = k % 2 == 0 ? ParameterStep::Rule::kAdam : ParameterStep::Rule::kRmsProp;
      step.adam = {0.9f, 0.999f, 0.1f, 0.001f, 0.01f, 3.0f, 1e-7f, 1.0f};
      step.rms_prop = {0.95f, 0.05f, 0.01f, 0.01f, 1.0f};
      step.parameters = state.p.data();
      step.mean = state.mean.data();
      step.square = state.square.data();
      step.target = k % 4 < 2 ? state.target.data() : nullptr;
      step.tau = 0.08f;
      take_step(step, state.squares.data());
      return state;
    };
    const State fused = run(
        [&](const ParameterStep& step, float* sums) { StepOuterProducts(product, step, sums); });
    const State plain = run([&](const ParameterStep& step, float* sums) {
      reference::StepOuterProducts(product, step, sums);
    });
    const State stored = run(
        [&](const ParameterStep& step, float*) { StepParameters(step, size, gradient.data()); });
    for (const State* other : {&plain, &stored}) {
      ExpectSame(fused.p, other->p);
      ExpectSame(fused.mean, other->mean);
      ExpectSame(fused.square, other->square);
      ExpectSame(fused.target, other->target);
    }
    ExpectSame(fused.squares, plain.squares);
  }
}

TEST_P(KernelTest, MomentsNeverBecomeSubnormal) {
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

INSTANTIATE_TEST_SUITE_P(, KernelTest, ::testing::ValuesIn(Targets()),
                         [](const auto& param_info) { return param_info.param; });

}  // namespace
}  // namespace arcadeq::kernels
