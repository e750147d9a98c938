#pragma once

#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// The arithmetic of a dense layer over a batch. Each call does a part of the work, chosen so that
// parts can run on different threads: a range of panels (16 outputs), of tiles (16 inputs) or of
// rows (inputs). The results do not depend on how the work is cut.
class DenseProduct {
 public:
  // Number of terms in a block of sums: the weights of a block stay in the first cache while all
  // samples pass over them. Blocks do not change the order of the terms.
  static constexpr int kBlock = 256;

  // Memory for BackwardInput() of layers of at most so many rows and columns: gradients transposed,
  // in panels of 16 samples.
  struct Scratch {
    Scratch(int rows, int columns, int max_batch);

    int samples;                        // capacity, a multiple of 16
    AlignedBuffer<float> d_out;         // [panel][column][16]
    AlignedBuffer<float> d_in;          // [row][samples]
    std::vector<std::int32_t> offsets;  // of d_in's rows
  };

  // rows is a multiple of 16; inputs past the true ones are zero.
  DenseProduct(const kernels::Kernels& kernels, const PanelMatrix& matrix);

  const PanelMatrix& matrix() const { return matrix_; }
  int panels() const { return matrix_.panels(); }
  int tiles() const { return matrix_.rows / kernels::kPanel; }

  // out[:, panels] = finish(in * weights + bias).
  void Forward(const float* parameters, const BatchView& in, int first_panel, int panels,
               kernels::Finish finish, const BatchView& out) const;

  // d_in[:, tiles] = d_out * weights^T, after d_out has been handed to `scratch`. Writes d_in's
  // whole panels of samples.
  //
  // It is computed as its transpose, weights * d_out^T: the weights are then read as they lie.
  void TransposeGradient(const BatchView& d_out, Scratch& scratch) const;
  void BackwardInput(const float* parameters, int first_tile, int tiles, const BatchView& d_in,
                     Scratch& scratch) const;

  // gradient[rows] = in^T * d_out, written, not added.
  void BackwardWeights(const BatchView& in, const BatchView& d_out, int first_row, int rows,
                       float* gradient) const;
  // The same gradient, which goes into a step of the whole buffer's parameters instead. Adds the
  // squares of its elements to squares[column].
  void StepWeights(const BatchView& in, const BatchView& d_out, int first_row, int rows,
                   const kernels::ParameterStep& step, float* squares) const;
  void BackwardBias(const BatchView& d_out, float* gradient) const;

 private:
  // The product that is the gradient of some rows of the weights, without where it goes.
  kernels::OuterProduct WeightGradient(const BatchView& in, const BatchView& d_out, int first_row,
                                       int rows) const;
  std::size_t RowOffset(int row) const {
    return matrix_.weights + static_cast<std::size_t>(row) * kernels::kPanel;
  }

  const kernels::Kernels& kernels_;
  PanelMatrix matrix_;
  std::vector<std::int32_t> row_offsets_;  // within a panel
};

// A product of some columns of the activations.
struct PlacedProduct {
  DenseProduct product;
  int in_column;  // where what it reads begins
  int out_column;
};

}  // namespace arcadeq::cpu
