// The definition of a convolution, in double.

#include "nn/cpu/layers/convolution.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/cpu/layers/convolution_shape.h"

namespace arcadeq::cpu {
namespace {

class ConvolutionTest : public ::testing::TestWithParam<ConvolutionShape> {
 protected:
  ConvolutionTest()
      : matrix_(layout_.AddMatrix(shape_.weight_rows(), shape_.filters)),
        layer_(kernels::KernelsFor(kernels::InstructionSets().front()), shape_, matrix_),
        parameters_(Random(layout_.buffer_size())),
        in_(Random(static_cast<std::size_t>(shape_.in_size()))) {}

  AlignedBuffer<float> Random(std::size_t n) {
    AlignedBuffer<float> values(n);
    for (float& value : values) value = static_cast<float>(random_.Uniform(-1, 1));
    return values;
  }

  // The offset of weight (row of the kernel, column, channel; filter) in a parameter buffer.
  std::size_t Weight(int ky, int kx, int c, int f) const {
    const int row = (ky * shape_.kernel + kx) * shape_.channels + c;
    return matrix_.weights + f / 16 * matrix_.panel_stride() + row * 16 + f % 16;
  }
  std::size_t In(int y, int x, int c) const {
    return (static_cast<std::size_t>(y) * shape_.width + x) * shape_.channels + c;
  }
  std::size_t Out(int y, int x, int f) const {
    return (static_cast<std::size_t>(y) * shape_.out_width() + x) * shape_.filters + f;
  }

  // Calls visit(out, in, weight) for every product in the sums of the convolution.
  template <typename Visit>
  void ForEachProduct(Visit visit) const {
    for (int y = 0; y < shape_.out_height(); ++y) {
      for (int x = 0; x < shape_.out_width(); ++x) {
        for (int f = 0; f < shape_.filters; ++f) {
          for (int ky = 0; ky < shape_.kernel; ++ky) {
            for (int kx = 0; kx < shape_.kernel; ++kx) {
              for (int c = 0; c < shape_.channels; ++c) {
                visit(Out(y, x, f), In(y * shape_.stride + ky, x * shape_.stride + kx, c),
                      Weight(ky, kx, c, f));
              }
            }
          }
        }
      }
    }
  }

  template <typename Actual>
  static void ExpectClose(const Actual& actual, const std::vector<double>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(actual[i], expected[i], 1e-4 * (1 + std::abs(expected[i]))) << "element " << i;
    }
  }

  RandomStream random_{1, "conv_layer_test"};
  ConvolutionShape shape_ = GetParam();
  ParameterLayout layout_;
  PanelMatrix matrix_;
  Convolution layer_;
  AlignedBuffer<float> parameters_;
  AlignedBuffer<float> in_;
};

TEST_P(ConvolutionTest, ForwardWithAndWithoutRelu) {
  std::vector<double> expected(static_cast<std::size_t>(shape_.out_size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i] = parameters_[matrix_.bias + i % shape_.filters];
  }
  ForEachProduct([&](std::size_t out, std::size_t in, std::size_t weight) {
    expected[out] += static_cast<double>(in_[in]) * parameters_[weight];
  });
  AlignedBuffer<float> out(expected.size());
  layer_.Forward(parameters_.data(), in_.data(), out.data());
  ExpectClose(out, expected);
  ASSERT_TRUE(layer_.FuseRelu());
  for (double& value : expected) value = std::max(value, 0.0);
  layer_.Forward(parameters_.data(), in_.data(), out.data());
  ExpectClose(out, expected);
}

TEST_P(ConvolutionTest, BackwardAddsToTheGradientOfTheParameters) {
  auto out = Random(static_cast<std::size_t>(shape_.out_size()));
  auto d_out = Random(out.size());
  auto gradient = Random(layout_.buffer_size());
  layer_.FuseRelu();
  std::vector<double> expected(gradient.begin(), gradient.end());
  ForEachProduct([&](std::size_t o, std::size_t in, std::size_t weight) {
    if (out[o] > 0) expected[weight] += static_cast<double>(in_[in]) * d_out[o];
  });
  for (std::size_t i = 0; i < d_out.size(); ++i) {
    if (out[i] > 0) expected[matrix_.bias + i % shape_.filters] += d_out[i];
  }
  layer_.Backward({.parameters = parameters_.data(),
                   .prepared = nullptr,
                   .in = in_.data(),
                   .out = out.data(),
                   .d_out = d_out.data(),
                   .d_in = nullptr,
                   .gradient = gradient.data()});
  ExpectClose(gradient, expected);
}

// Only for layers that follow another one: the frames need no gradient.
class ConvolutionInputTest : public ConvolutionTest {};

TEST_P(ConvolutionInputTest, Gradient) {
  auto d_out = Random(static_cast<std::size_t>(shape_.out_size()));
  std::vector<double> expected(in_.size());
  ForEachProduct([&](std::size_t out, std::size_t in, std::size_t weight) {
    expected[in] += static_cast<double>(parameters_[weight]) * d_out[out];
  });
  AlignedBuffer<float> transposed(layer_.prepared_size()), gradient(layout_.buffer_size());
  layer_.Prepare(parameters_.data(), transposed.data());
  auto d_in = Random(in_.size());
  layer_.Backward({.parameters = parameters_.data(),
                   .prepared = transposed.data(),
                   .in = in_.data(),
                   .out = nullptr,
                   .d_out = d_out.data(),
                   .d_in = d_in.data(),
                   .gradient = gradient.data()});
  ExpectClose(d_in, expected);
}

constexpr ConvolutionShape kFirst[] = {
    {105, 80, 3, 16, 8, 4}, {20, 23, 1, 32, 8, 4}, {42, 42, 4, 16, 4, 2}};
constexpr ConvolutionShape kLater[] = {{25, 19, 16, 32, 4, 2},  // article, second
                                       {9, 9, 64, 64, 3, 1},    // nature, third
                                       {13, 11, 32, 48, 4, 3},  // an odd number of panels
                                       {4, 4, 16, 16, 4, 2}};   // one pixel

std::string Name(const ::testing::TestParamInfo<ConvolutionShape>& param_info) {
  const ConvolutionShape& s = param_info.param;
  return "In" + std::to_string(s.height) + "x" + std::to_string(s.width) + "x" +
         std::to_string(s.channels) + "Out" + std::to_string(s.filters);
}

INSTANTIATE_TEST_SUITE_P(First, ConvolutionTest, ::testing::ValuesIn(kFirst), Name);
INSTANTIATE_TEST_SUITE_P(Later, ConvolutionTest, ::testing::ValuesIn(kLater), Name);
INSTANTIATE_TEST_SUITE_P(Later, ConvolutionInputTest, ::testing::ValuesIn(kLater), Name);

}  // namespace
}  // namespace arcadeq::cpu
