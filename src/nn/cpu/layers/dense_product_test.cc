// Compares a dense layer, computed in parts, with its definition in double.

#include "nn/cpu/layers/dense_product.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/random.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/instruction_sets.h"
#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::cpu {
namespace {

struct Shape {
  int samples;
  int inputs;  // multiples of 16
  int outputs;
};

class DenseProductTest : public ::testing::TestWithParam<Shape> {
 protected:
  DenseProductTest()
      : matrix_(layout_.AddMatrix(shape_.inputs, shape_.outputs)),
        layer_(kernels::KernelsFor(kernels::InstructionSets().front()), matrix_),
        parameters_(layout_.buffer_size()),
        in_(shape_.samples, shape_.inputs),
        out_(shape_.samples, shape_.outputs) {
    for (float& value : parameters_) value = Draw();
    Fill(in_, shape_.inputs);
    Fill(out_, shape_.outputs);
  }

  float Draw() { return static_cast<float>(random_.Uniform(-1, 1)); }

  void Fill(BatchMatrix& matrix, int columns) {
    const BatchView view = matrix.View(shape_.samples);
    for (int i = 0; i < view.count; ++i) {
      for (int j = 0; j < columns; ++j) view.sample(i)[j] = Draw();
    }
  }

  std::size_t Weight(int input, int output) const {
    return matrix_.weights + output / 16 * matrix_.panel_stride() + input * 16 + output % 16;
  }

  static void ExpectClose(float actual, double expected) {
    EXPECT_NEAR(actual, expected, 1e-4 * (1 + std::abs(expected)));
  }

  RandomStream random_{1, "dense_layer_test"};
  Shape shape_ = GetParam();
  ParameterLayout layout_;
  PanelMatrix matrix_;
  DenseProduct layer_;
  AlignedBuffer<float> parameters_;
  BatchMatrix in_, out_;
};

TEST_P(DenseProductTest, Forward) {
  const BatchView in = in_.View(shape_.samples), out = out_.View(shape_.samples);
  for (int panel = 0; panel < layer_.panels(); panel += 3) {
    layer_.Forward(parameters_.data(), in, panel, std::min(3, layer_.panels() - panel),
                   kernels::Finish::kRelu, out);
  }
  for (int i = 0; i < shape_.samples; ++i) {
    for (int j = 0; j < shape_.outputs; ++j) {
      double sum = parameters_[matrix_.bias + j];
      for (int k = 0; k < shape_.inputs; ++k) {
        sum += static_cast<double>(in.sample(i)[k]) * parameters_[Weight(k, j)];
      }
      ExpectClose(out.sample(i)[j], std::max(sum, 0.0));
    }
  }
}

TEST_P(DenseProductTest, BackwardInput) {
  const BatchView d_out = out_.View(shape_.samples);
  BatchMatrix gradients(shape_.samples, shape_.inputs);
  const BatchView d_in = gradients.View(shape_.samples);
  DenseProduct::Scratch scratch(shape_.inputs, shape_.outputs, shape_.samples);
  layer_.TransposeGradient(d_out, scratch);
  for (int tile = 0; tile < layer_.tiles(); tile += 3) {
    layer_.BackwardInput(parameters_.data(), tile, std::min(3, layer_.tiles() - tile), d_in,
                         scratch);
  }
  for (int i = 0; i < shape_.samples; ++i) {
    for (int k = 0; k < shape_.inputs; ++k) {
      double sum = 0;
      for (int j = 0; j < shape_.outputs; ++j) {
        sum += static_cast<double>(d_out.sample(i)[j]) * parameters_[Weight(k, j)];
      }
      ExpectClose(d_in.sample(i)[k], sum);
    }
  }
}

TEST_P(DenseProductTest, BackwardWeightsAndBias) {
  const BatchView in = in_.View(shape_.samples), d_out = out_.View(shape_.samples);
  AlignedBuffer<float> gradient(layout_.buffer_size());
  for (float& value : gradient) value = Draw();  // will be overwritten
  for (int row = 0; row < shape_.inputs; row += 48) {
    layer_.BackwardWeights(in, d_out, row, std::min(48, shape_.inputs - row), gradient.data());
  }
  layer_.BackwardBias(d_out, gradient.data());
  for (int j = 0; j < shape_.outputs; ++j) {
    double bias = 0;
    for (int i = 0; i < shape_.samples; ++i) bias += d_out.sample(i)[j];
    ExpectClose(gradient[matrix_.bias + j], bias);
    for (int k = 0; k < shape_.inputs; ++k) {
      double sum = 0;
      for (int i = 0; i < shape_.samples; ++i) {
        sum += static_cast<double>(in.sample(i)[k]) * d_out.sample(i)[j];
      }
      ExpectClose(gradient[Weight(k, j)], sum);
    }
  }
}

// Blocks of DenseProduct::kBlock terms: fewer, exactly one, and more with a remainder.
INSTANTIATE_TEST_SUITE_P(Shapes, DenseProductTest,
                         ::testing::Values(Shape{1, 16, 16}, Shape{5, 48, 256}, Shape{13, 256, 80},
                                           Shape{32, 272, 288}, Shape{3, 592, 528}));

}  // namespace
}  // namespace arcadeq::cpu
