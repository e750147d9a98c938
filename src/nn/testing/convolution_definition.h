#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// The definition of a convolution, to which the layers are compared.
class ConvolutionDefinitionTest : public ::testing::TestWithParam<ConvolutionShape> {
 protected:
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

  std::vector<double> ExpectedOutputs(const AlignedBuffer<float>& in, bool relu) const {
    std::vector<double> expected(static_cast<std::size_t>(shape_.out_size()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      expected[i] = parameters_[matrix_.bias + i % shape_.filters];
    }
    ForEachProduct([&](std::size_t out, std::size_t each, std::size_t weight) {
      expected[out] += static_cast<double>(in[each]) * parameters_[weight];
    });
    if (relu) {
      for (double& value : expected) value = std::max(value, 0.0);
    }
    return expected;
  }

  // Adds the gradients of a sample's convolution with ReLU, whose output is `out`.
  void AddExpectedGradients(const AlignedBuffer<float>& in, const AlignedBuffer<float>& out,
                            const AlignedBuffer<float>& d_out, std::vector<double>& gradient,
                            std::vector<double>& d_in) const {
    ForEachProduct([&](std::size_t o, std::size_t i, std::size_t weight) {
      if (out[o] <= 0) return;
      gradient[weight] += static_cast<double>(in[i]) * d_out[o];
      d_in[i] += static_cast<double>(parameters_[weight]) * d_out[o];
    });
    for (std::size_t o = 0; o < out.size(); ++o) {
      if (out[o] > 0) gradient[matrix_.bias + o % shape_.filters] += d_out[o];
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
  PanelMatrix matrix_ = layout_.AddMatrix(shape_.weight_rows(), shape_.filters);
  AlignedBuffer<float> parameters_ = Random(layout_.buffer_size());
};

inline std::string NameOfShape(const ::testing::TestParamInfo<ConvolutionShape>& param_info) {
  const ConvolutionShape& s = param_info.param;
  return "In" + std::to_string(s.height) + "x" + std::to_string(s.width) + "x" +
         std::to_string(s.channels) + "Out" + std::to_string(s.filters);
}

}  // namespace arcadeq::cpu
