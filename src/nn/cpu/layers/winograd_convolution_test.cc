#include "nn/cpu/layers/winograd_convolution.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/testing/convolution_definition.h"

namespace arcadeq::cpu {
namespace {

class WinogradConvolutionTest : public ConvolutionDefinitionTest {
 protected:
  // Activations of a group.
  struct Samples {
    std::vector<AlignedBuffer<float>> values;
    std::array<float*, kGroupSamples> pointers{};
  };

  Samples RandomSamples(int size) {
    Samples samples;
    for (int i = 0; i < kSamples; ++i) {
      samples.pointers[i] = samples.values.emplace_back(Random(size)).data();
    }
    return samples;
  }

  void Forward(int samples, const float* const* in, float* const* out) {
    layer_.PrepareForward(parameters_.data(), prepared_.data());
    layer_.ForwardGroup(PassOf(samples), in, out);
  }

  GroupLayer::Pass PassOf(int samples) {
    return {parameters_.data(), prepared_.data(), scratch_.data(), samples};
  }

  static constexpr int kSamples = 3;  // not a whole group
  WinogradConvolution layer_{kernels::KernelsFor(kernels::InstructionSets().front()), shape_,
                             matrix_};
  AlignedBuffer<float> prepared_{layer_.prepared_size(/*backward=*/true)};
  AlignedBuffer<float> scratch_ = Random(layer_.scratch_size());
  Samples in_ = RandomSamples(shape_.in_size());
  Samples out_ = RandomSamples(shape_.out_size());
};

TEST_P(WinogradConvolutionTest, ForwardWithAndWithoutRelu) {
  for (const bool relu : {false, true}) {
    ASSERT_TRUE(!relu || layer_.FuseRelu());
    Forward(kSamples, in_.pointers.data(), out_.pointers.data());
    for (int i = 0; i < kSamples; ++i) {
      ExpectClose(out_.values[i], ExpectedOutputs(in_.values[i], relu));
    }
  }
}

// Otherwise scores would depend on how many environments are played at once.
TEST_P(WinogradConvolutionTest, ASampleDoesNotDependOnItsGroup) {
  Forward(kSamples, in_.pointers.data(), out_.pointers.data());
  for (int i = 0; i < kSamples; ++i) {
    auto alone = Random(out_.values[i].size());
    float* const pointer = alone.data();
    Forward(1, &in_.pointers[i], &pointer);
    EXPECT_EQ(std::memcmp(alone.data(), out_.pointers[i], alone.size() * sizeof(float)), 0);
  }
}

TEST_P(WinogradConvolutionTest, Backward) {
  layer_.FuseRelu();
  Samples d_out = RandomSamples(shape_.out_size()), d_in = RandomSamples(shape_.in_size());
  auto gradient = Random(layout_.buffer_size());
  std::vector<double> expected(gradient.begin(), gradient.end());
  std::vector<std::vector<double>> expected_d_in;
  for (int i = 0; i < kSamples; ++i) {
    AddExpectedGradients(in_.values[i], out_.values[i], d_out.values[i], expected,
                         expected_d_in.emplace_back(in_.values[i].size()));
  }

  layer_.PrepareForward(parameters_.data(), prepared_.data());
  layer_.PrepareBackward(parameters_.data(), prepared_.data());
  layer_.BackwardGroup(PassOf(kSamples), {.in = in_.pointers.data(),
                                          .out = out_.pointers.data(),
                                          .d_out = d_out.pointers.data(),
                                          .d_in = d_in.pointers.data(),
                                          .gradient = gradient.data()});
  ExpectClose(gradient, expected);
  for (int i = 0; i < kSamples; ++i) ExpectClose(d_in.values[i], expected_d_in[i]);
}

TEST_P(WinogradConvolutionTest, BackwardWithoutAGradientOfTheInput) {
  Samples d_out = RandomSamples(shape_.out_size()), d_in = RandomSamples(shape_.in_size());
  const std::array<float*, kGroupSamples> none{};
  layer_.PrepareForward(parameters_.data(), prepared_.data());
  layer_.PrepareBackward(parameters_.data(), prepared_.data());
  AlignedBuffer<float> with(layout_.buffer_size()), without(layout_.buffer_size());
  for (auto* gradient : {&with, &without}) {
    layer_.BackwardGroup(PassOf(kSamples),
                         {.in = in_.pointers.data(),
                          .out = out_.pointers.data(),
                          .d_out = d_out.pointers.data(),
                          .d_in = gradient == &with ? d_in.pointers.data() : none.data(),
                          .gradient = gradient->data()});
  }
  EXPECT_EQ(std::memcmp(with.data(), without.data(), with.size() * sizeof(float)), 0);
}

INSTANTIATE_TEST_SUITE_P(
    , WinogradConvolutionTest,
    ::testing::Values(ConvolutionShape{25, 19, 16, 32, 4, 2},  // article, second
                      ConvolutionShape{20, 20, 32, 64, 4, 2},  // nature, second: whole tiles
                      ConvolutionShape{9, 9, 64, 64, 3, 1},    // nature, third
                      ConvolutionShape{18, 15, 48, 16, 6, 3},  // pixels left over, an odd panel
                      ConvolutionShape{6, 5, 16, 48, 3, 1},
                      ConvolutionShape{20, 24, 4, 32, 8, 4},  // frames
                      ConvolutionShape{4, 4, 16, 16, 4, 2}),  // one pixel
    NameOfShape);

TEST(WinogradConvolution, SuitsShapesInWhichItSavesProducts) {
  const auto suits = [](int height, int width, int channels, int kernel, int stride) {
    return WinogradConvolution::Suits({height, width, channels, 16, kernel, stride});
  };
  EXPECT_TRUE(suits(20, 20, 16, 4, 2));
  EXPECT_TRUE(suits(9, 9, 64, 3, 1));
  EXPECT_FALSE(suits(20, 20, 16, 4, 3)) << "no taps of whole blocks";
  EXPECT_FALSE(suits(20, 20, 16, 5, 1)) << "five taps";
  EXPECT_FALSE(suits(20, 20, 4, 4, 2)) << "rows of a block are no whole panels";
  EXPECT_FALSE(suits(4, 4, 16, 4, 2)) << "a tile for one output";
}

}  // namespace
}  // namespace arcadeq::cpu
