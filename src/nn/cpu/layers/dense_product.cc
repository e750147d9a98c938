#include "nn/cpu/layers/dense_product.h"

#include <algorithm>
#include <cstddef>

#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

using kernels::Finish;
using kernels::kPanel;
using kernels::Start;

DenseProduct::Scratch::Scratch(int rows, int columns, int max_batch)
    : samples(kernels::RoundUpToPanel(max_batch)),
      d_out(static_cast<std::size_t>(columns) * samples),
      d_in(static_cast<std::size_t>(rows) * samples) {
  for (int row = 0; row < rows; ++row) offsets.push_back(row * samples);
}

DenseProduct::DenseProduct(const kernels::Kernels& kernels, const PanelMatrix& matrix)
    : kernels_(kernels), matrix_(matrix) {
  for (int row = 0; row < matrix.rows; ++row) row_offsets_.push_back(row * kPanel);
}

void DenseProduct::Forward(const float* parameters, const BatchView& in, int first_panel,
                           int panels, Finish finish, const BatchView& out) const {
  kernels::PanelProduct product;
  product.rows = in.count;
  product.a_offsets = in.offsets;
  product.w.stride = matrix_.panel_stride();
  product.c_offsets = out.offsets;
  kernels::Prefetch prefetch;
  prefetch.stride = std::ptrdiff_t{kPanel} * kPanel;
  prefetch.panel_stride = matrix_.panel_stride();
  for (int panel = first_panel; panel < first_panel + panels; panel += 2) {
    product.w.count = std::min(2, first_panel + panels - panel);
    product.c = out.data + panel * kPanel;
    product.bias = parameters + matrix_.bias + panel * kPanel;
    for (int row = 0; row < matrix_.rows; row += kBlock) {
      product.run_length = std::min(kBlock, matrix_.rows - row);
      product.a = in.data + row;
      product.w.data = parameters + matrix_.weights + panel * matrix_.panel_stride() +
                       static_cast<std::ptrdiff_t>(row) * kPanel;
      // The next block, or the first block of the next panels.
      prefetch.weights = row + kBlock < matrix_.rows
                             ? product.w.data + std::ptrdiff_t{kBlock} * kPanel
                             : parameters + matrix_.weights + (panel + 2) * matrix_.panel_stride();
      product.start = row == 0 ? Start::kBias : Start::kPresent;
      product.finish = row + kBlock >= matrix_.rows ? finish : Finish::kNone;
      kernels_.multiply_panels(product, prefetch);
    }
  }
}

void DenseProduct::TransposeGradient(const BatchView& d_out, Scratch& scratch) const {
  kernels::BlockTranspose transpose;
  transpose.in_stride = d_out.stride;
  transpose.blocks = matrix_.panels();
  transpose.block_stride = kPanel;
  transpose.out_stride = kPanel;
  for (int sample = 0; sample < d_out.count; sample += kPanel) {
    transpose.in = d_out.sample(sample);
    transpose.out = scratch.d_out.data() + static_cast<std::ptrdiff_t>(sample) * matrix_.columns;
    kernels_.transpose_blocks(transpose);
  }
}

void DenseProduct::BackwardInput(const float* parameters, int first_tile, int tiles,
                                 const BatchView& d_in, Scratch& scratch) const {
  const int panels = kernels::RoundUpToPanel(d_in.count) / kPanel;
  const int first = first_tile * kPanel, rows = tiles * kPanel;
  float* const transposed = scratch.d_in.data() + scratch.offsets[first];

  kernels::PanelProduct product;
  product.rows = rows;
  product.a_offsets = row_offsets_.data();
  product.run_length = kPanel;
  product.run_stride = matrix_.panel_stride();
  product.w.count = panels;
  product.w.stride = static_cast<std::ptrdiff_t>(matrix_.columns) * kPanel;
  product.c = transposed;
  product.c_offsets = scratch.offsets.data();
  for (int column = 0; column < matrix_.columns; column += kBlock) {
    product.runs = std::min(kBlock, matrix_.columns - column) / kPanel;
    product.a = parameters + RowOffset(first) + column / kPanel * matrix_.panel_stride();
    product.w.data = scratch.d_out.data() + static_cast<std::ptrdiff_t>(column) * kPanel;
    product.start = column == 0 ? Start::kZero : Start::kPresent;
    kernels_.multiply_panels(product, {.row_spacing = kPanel});
  }

  kernels::BlockTranspose transpose;
  transpose.in_stride = scratch.samples;
  transpose.blocks = panels;
  transpose.block_stride = kPanel;
  transpose.out_stride = d_in.stride;
  for (int row = 0; row < rows; row += kPanel) {
    transpose.in = transposed + scratch.offsets[row];
    transpose.out = d_in.data + first + row;
    kernels_.transpose_blocks(transpose);
  }
}

kernels::OuterProduct DenseProduct::WeightGradient(const BatchView& in, const BatchView& d_out,
                                                   int first_row, int rows) const {
  kernels::OuterProduct product;
  product.width = in.count;
  product.a = in.data + first_row;
  product.a_x_stride = in.stride;
  product.k = rows;
  product.b = d_out.data;
  product.b_x_stride = d_out.stride;
  product.panels = matrix_.panels();
  product.panel_stride = matrix_.panel_stride();
  return product;
}

void DenseProduct::BackwardWeights(const BatchView& in, const BatchView& d_out, int first_row,
                                   int rows, float* gradient) const {
  kernels::OuterProduct product = WeightGradient(in, d_out, first_row, rows);
  product.w = gradient + RowOffset(first_row);
  kernels_.add_outer_products(product);
}

void DenseProduct::StepWeights(const BatchView& in, const BatchView& d_out, int first_row, int rows,
                               const kernels::ParameterStep& step, float* squares) const {
  kernels_.step_outer_products(WeightGradient(in, d_out, first_row, rows),
                               step.At(RowOffset(first_row)), squares);
}

void DenseProduct::BackwardBias(const BatchView& d_out, float* gradient) const {
  kernels_.sum_rows(d_out.data, d_out.count, d_out.stride, matrix_.columns, /*accumulate=*/false,
                    gradient + matrix_.bias);
}

}  // namespace arcadeq::cpu
