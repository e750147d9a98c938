#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// The arithmetic of a dense layer over a batch. Each call does a part of the work that can run on a
// separate thread: a range of panels (16 outputs), tiles (16 inputs) or rows (inputs). The results
// do not depend on how the work is divided.
class DenseProduct {
 public:
  // Number of terms per block of sums: the weights of a block stay in the L1 cache while all
  // samples pass over them. Blocks do not change the order of the terms.
  static constexpr int kBlock = 256;

  // Memory for BackwardInput() of layers of up to the given rows and columns: transposed gradients,
  // in panels of 16 samples.
  struct Scratch {
    Scratch(int rows, int columns, int max_batch);

    int samples;                        // capacity, a multiple of 16
    AlignedBuffer<float> d_out;         // [panel][column][16]
    AlignedBuffer<float> d_in;          // [row][samples]
    std::vector<std::int32_t> offsets;  // of d_in's rows
  };

  // rows must be a multiple of 16; padding inputs are zero.
  DenseProduct(const kernels::Kernels& kernels, const PanelMatrix& matrix);

  const PanelMatrix& matrix() const { return matrix_; }
  int panels() const { return matrix_.panels(); }
  int tiles() const { return matrix_.rows / kernels::kPanel; }

  // out[:, panels] = finish(in * weights + bias).
  void Forward(const float* parameters, const BatchView& in, int first_panel, int panels,
               kernels::Finish finish, const BatchView& out) const;

  // d_in[:, tiles] = d_out * weights^T, once `scratch` holds d_out. Writes whole panels of samples
  // of d_in.
  //
  // Computes the transpose, weights * d_out^T, which reads the weights in memory order.
  void TransposeGradient(const BatchView& d_out, Scratch& scratch) const;
  void BackwardInput(const float* parameters, int first_tile, int tiles, const BatchView& d_in,
                     Scratch& scratch) const;

  // gradient[rows] = in^T * d_out, overwriting, not adding.
  void BackwardWeights(const BatchView& in, const BatchView& d_out, int first_row, int rows,
                       float* gradient) const;
  // Computes the same gradient but uses it directly for a step, whose pointers are those of the
  // whole buffer. Adds the squares of its elements to squares[column].
  void StepWeights(const BatchView& in, const BatchView& d_out, int first_row, int rows,
                   const kernels::ParameterStep& step, float* squares) const;
  void BackwardBias(const BatchView& d_out, float* gradient) const;

 private:
  // The product for the gradient of some rows of the weights, without its destination.
  kernels::OuterProduct WeightGradient(const BatchView& in, const BatchView& d_out, int first_row,
                                       int rows) const;
  std::size_t RowOffset(int row) const {
    return matrix_.weights + static_cast<std::size_t>(row) * kernels::kPanel;
  }

  const kernels::Kernels& kernels_;
  PanelMatrix matrix_;
  std::vector<std::int32_t> row_offsets_;  // within a panel
};

// A product and the columns of the activations that it uses.
struct PlacedProduct {
  DenseProduct product;
  int in_column;  // first column of the input
  int out_column;
};

}  // namespace arcadeq::cpu
