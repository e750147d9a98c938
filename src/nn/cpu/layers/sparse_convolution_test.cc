// Compares SparseConvolution bit for bit with Convolution, on images of every sparsity.

#include "nn/cpu/layers/sparse_convolution.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/convolution.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {
namespace {

// The first layers of both architectures, at sizes that leave rows unseen, with one to four
// channels.
const std::vector<ConvolutionShape> kShapes = {
    {.height = 45, .width = 36, .channels = 3, .filters = 16, .kernel = 8, .stride = 4},
    {.height = 36, .width = 40, .channels = 4, .filters = 32, .kernel = 8, .stride = 4},
    {.height = 39, .width = 80, .channels = 1, .filters = 16, .kernel = 4, .stride = 4},
    {.height = 24, .width = 24, .channels = 2, .filters = 48, .kernel = 12, .stride = 4},
};

class SparseConvolutionTest : public ::testing::TestWithParam<ConvolutionShape> {
 protected:
  SparseConvolutionTest() {
    for (float& value : parameters_) value = static_cast<float>(random_.Uniform(-1, 1));
    for (float& value : d_out_) {
      value = static_cast<float>(random_.Uniform(-1, 1));
    }
  }

  // Draws frames whose pixels are zero except for runs that begin with this probability.
  void Draw(double density) {
    for (auto& frame : frames_) {
      int run = 0;
      for (auto& pixel : frame) {
        if (run == 0 && random_.Uniform(0, 1) < density) run = 3;
        pixel = run > 0 ? static_cast<std::uint8_t>(1 + random_.Below(255)) : 0;
        run = std::max(0, run - 1);
      }
    }
  }
  std::vector<const std::uint8_t*> Pointers() const {
    std::vector<const std::uint8_t*> pointers;
    pointers.reserve(frames_.size());
    for (const auto& frame : frames_) pointers.push_back(frame.data());
    return pointers;
  }

  RandomStream random_{1, "sparse_conv_test"};
  ConvolutionShape shape_ = GetParam();
  ParameterLayout layout_;
  PanelMatrix matrix_ = layout_.AddMatrix(shape_.weight_rows(), shape_.filters);
  AlignedBuffer<float> parameters_{layout_.buffer_size()};
  AlignedBuffer<float> d_out_{static_cast<std::size_t>(shape_.out_size())};
  std::vector<AlignedBuffer<std::uint8_t>> frames_ = [this] {
    std::vector<AlignedBuffer<std::uint8_t>> frames;
    frames.reserve(static_cast<std::size_t>(shape_.channels));
    for (int f = 0; f < shape_.channels; ++f) {
      frames.emplace_back(static_cast<std::size_t>(shape_.height) * shape_.width);
    }
    return frames;
  }();
};

TEST_P(SparseConvolutionTest, MatchesTheDenseConvolutionBitForBit) {
  ASSERT_TRUE(SparseConvolution::Supports(shape_));
  for (const std::string& name : kernels::InstructionSets()) {
    const kernels::Kernels& kernels = kernels::KernelsFor(name);
    for (const bool relu : {true, false}) {
      SparseConvolution sparse(kernels, shape_, matrix_);
      Convolution dense(kernels, shape_, matrix_);
      ASSERT_TRUE(!relu || (sparse.FuseRelu() && dense.FuseRelu()));
      SparseConvolution::Image image = sparse.MakeImage();
      SparseConvolution::Scratch scratch = sparse.MakeScratch();
      for (const double density : {0.0, 0.003, 0.01, 0.02}) {
        Draw(density);
        const auto pointers = Pointers();
        AlignedBuffer<float> pixels(static_cast<std::size_t>(shape_.in_size()));
        kernels.interleave_frames(pointers.data(), shape_.channels, shape_.height * shape_.width,
                                  pixels.data());
        ASSERT_TRUE(sparse.Read(pointers, image)) << density;

        AlignedBuffer<float> expected(d_out_.size()), out(d_out_.size());
        dense.Forward(parameters_.data(), pixels.data(), expected.data());
        sparse.Forward(parameters_.data(), image, scratch, out.data());
        EXPECT_TRUE(std::ranges::equal(out, expected)) << name << ", density " << density;

        AlignedBuffer<float> expected_gradient(parameters_.size()), gradient(parameters_.size());
        AlignedBuffer<float> d_out(d_out_.size());
        for (int sample = 0; sample < 2; ++sample) {
          std::ranges::copy(d_out_, d_out.begin());
          dense.Backward({.parameters = nullptr,
                          .prepared = nullptr,
                          .in = pixels.data(),
                          .out = out.data(),
                          .d_out = d_out.data(),
                          .d_in = nullptr,
                          .gradient = expected_gradient.data()});
          std::ranges::copy(d_out_, d_out.begin());
          sparse.Backward(image, scratch, out.data(), d_out.data(), gradient.data());
        }
        EXPECT_TRUE(std::ranges::equal(gradient, expected_gradient))
            << name << ", density " << density;
      }
    }
  }
}

TEST_P(SparseConvolutionTest, LeavesFullImagesToTheDenseConvolution) {
  const SparseConvolution sparse(kernels::KernelsFor(kernels::InstructionSets().front()), shape_,
                                 matrix_);
  SparseConvolution::Image image = sparse.MakeImage();
  Draw(1.0);
  EXPECT_FALSE(sparse.Read(Pointers(), image));
  Draw(0.01);
  EXPECT_TRUE(sparse.Read(Pointers(), image));
}

INSTANTIATE_TEST_SUITE_P(, SparseConvolutionTest, ::testing::ValuesIn(kShapes),
                         [](const auto& param_info) { return std::to_string(param_info.index); });

TEST(SparseConvolution, RefusesShapesWithPartialBlocks) {
  ConvolutionShape shape = kShapes[0];
  shape.width = 41;
  EXPECT_FALSE(SparseConvolution::Supports(shape));
  shape = kShapes[0];
  shape.kernel = 10;
  EXPECT_FALSE(SparseConvolution::Supports(shape));
  shape = kShapes[0];
  shape.channels = 5;
  EXPECT_FALSE(SparseConvolution::Supports(shape));
  shape = kShapes[0];
  shape.stride = 2;
  EXPECT_FALSE(SparseConvolution::Supports(shape));
}

}  // namespace
}  // namespace arcadeq::cpu
