#include "nn/cpu/layers/convolution.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/testing/convolution_definition.h"

namespace arcadeq::cpu {
namespace {

class ConvolutionTest : public ConvolutionDefinitionTest {
 protected:
  Convolution layer_{kernels::KernelsFor(kernels::InstructionSets().front()), shape_, matrix_};
  AlignedBuffer<float> in_ = Random(static_cast<std::size_t>(shape_.in_size()));
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
  layer_.PrepareBackward(parameters_.data(), transposed.data());
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

INSTANTIATE_TEST_SUITE_P(First, ConvolutionTest, ::testing::ValuesIn(kFirst), NameOfShape);
INSTANTIATE_TEST_SUITE_P(Later, ConvolutionTest, ::testing::ValuesIn(kLater), NameOfShape);
INSTANTIATE_TEST_SUITE_P(Later, ConvolutionInputTest, ::testing::ValuesIn(kLater), NameOfShape);

}  // namespace
}  // namespace arcadeq::cpu
