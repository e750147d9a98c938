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
  AlignedBuffer<float> out(static_cast<std::size_t>(shape_.out_size()));
  for (const bool relu : {false, true}) {
    ASSERT_TRUE(!relu || layer_.FuseRelu());
    layer_.Forward(parameters_.data(), in_.data(), out.data());
    ExpectClose(out, ExpectedOutputs(in_, relu));
  }
}

TEST_P(ConvolutionTest, BackwardAddsToTheGradientOfTheParameters) {
  const auto out = Random(static_cast<std::size_t>(shape_.out_size()));
  auto d_out = Random(out.size());
  auto gradient = Random(layout_.buffer_size());
  layer_.FuseRelu();
  std::vector<double> expected(gradient.begin(), gradient.end()), d_in(in_.size());
  AddExpectedGradients(in_, out, d_out, expected, d_in);
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
  // Without a ReLU, which would mask none of these either.
  AlignedBuffer<float> positive(static_cast<std::size_t>(shape_.out_size()));
  std::ranges::fill(positive, 1.0f);
  auto d_out = Random(positive.size());
  std::vector<double> expected_gradient(layout_.buffer_size()), expected(in_.size());
  AddExpectedGradients(in_, positive, d_out, expected_gradient, expected);
  AlignedBuffer<float> transposed(layer_.prepared_size(/*backward=*/true)),
      gradient(layout_.buffer_size());
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
