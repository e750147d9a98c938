#include "nn/dense_layer.h"

#include <algorithm>

namespace arcadeq {

using kernels::Finish;
using kernels::kPanel;
using kernels::Start;

DenseLayer::Scratch::Scratch(int rows, int columns, int max_batch)
    : samples(kernels::RoundUpToPanel(max_batch)),
      d_out(static_cast<std::size_t>(columns) * samples),
      d_in(static_cast<std::size_t>(rows) * samples) {
  for (int row = 0; row < rows; ++row) offsets.push_back(row * samples);
}

DenseLayer::DenseLayer(const PanelMatrix& matrix) : matrix_(matrix) {
  for (int row = 0; row < matrix.rows; ++row) row_offsets_.push_back(row * kPanel);
}

void DenseLayer::Forward(const float* parameters, const BatchView& in, int first_panel, int panels,
                         Finish finish, const BatchView& out) const {
  kernels::PanelProduct product;
  product.rows = in.count;
  product.a_offsets = in.offsets;
  product.panel_stride = matrix_.panel_stride();
  product.c_offsets = out.offsets;
  for (int panel = first_panel; panel < first_panel + panels; panel += 2) {
    product.panels = std::min(2, first_panel + panels - panel);
    product.c = out.data + panel * kPanel;
    product.bias = parameters + matrix_.bias + panel * kPanel;
    for (int row = 0; row < matrix_.rows; row += kBlock) {
      product.run_length = std::min(kBlock, matrix_.rows - row);
      product.a = in.data + row;
      product.w = parameters + matrix_.weights + panel * matrix_.panel_stride() +
                  static_cast<std::ptrdiff_t>(row) * kPanel;
      // The next block, or the first of the next panels.
      product.next = row + kBlock < matrix_.rows
                         ? product.w + std::ptrdiff_t{kBlock} * kPanel
                         : parameters + matrix_.weights + (panel + 2) * matrix_.panel_stride();
      product.next_stride = std::ptrdiff_t{kPanel} * kPanel;
      product.next_panel_stride = matrix_.panel_stride();
      product.start = row == 0 ? Start::kBias : Start::kPresent;
      product.finish = row + kBlock >= matrix_.rows ? finish : Finish::kNone;
      kernels::MultiplyPanels(product);
    }
  }
}

void DenseLayer::TransposeGradient(const BatchView& d_out, Scratch& scratch) const {
  kernels::BlockTranspose transpose;
  transpose.in_stride = d_out.stride;
  transpose.blocks = matrix_.panels();
  transpose.block_stride = kPanel;
  transpose.out_stride = kPanel;
  for (int sample = 0; sample < d_out.count; sample += kPanel) {
    transpose.in = d_out.sample(sample);
    transpose.out = scratch.d_out.data() + static_cast<std::ptrdiff_t>(sample) * matrix_.columns;
    kernels::TransposeBlocks(transpose);
  }
}

void DenseLayer::BackwardInput(const float* parameters, int first_tile, int tiles,
                               const float* mask, const BatchView& d_in, Scratch& scratch) const {
  const int panels = kernels::RoundUpToPanel(d_in.count) / kPanel;
  const int first = first_tile * kPanel, rows = tiles * kPanel;
  float* const transposed = scratch.d_in.data() + scratch.offsets[first];

  kernels::PanelProduct product;
  product.rows = rows;
  product.a_offsets = row_offsets_.data();
  product.a_spacing = kPanel;
  product.run_length = kPanel;
  product.run_stride = matrix_.panel_stride();
  product.panels = panels;
  product.panel_stride = static_cast<std::ptrdiff_t>(matrix_.columns) * kPanel;
  product.c = transposed;
  product.c_offsets = scratch.offsets.data();
  for (int column = 0; column < matrix_.columns; column += kBlock) {
    product.runs = std::min(kBlock, matrix_.columns - column) / kPanel;
    product.a = parameters + RowOffset(first) + column / kPanel * matrix_.panel_stride();
    product.w = scratch.d_out.data() + static_cast<std::ptrdiff_t>(column) * kPanel;
    product.start = column == 0 ? Start::kZero : Start::kPresent;
    kernels::MultiplyPanels(product);
  }

  kernels::BlockTranspose transpose;
  transpose.in_stride = scratch.samples;
  transpose.blocks = panels;
  transpose.block_stride = kPanel;
  transpose.out_stride = d_in.stride;
  for (int row = 0; row < rows; row += kPanel) {
    transpose.in = transposed + scratch.offsets[row];
    transpose.out = d_in.data + first + row;
    kernels::TransposeBlocks(transpose);
  }
  for (int i = 0; i < d_in.count; ++i) {
    kernels::MaskGradient(mask + d_in.offsets[i] + first, rows, d_in.sample(i) + first);
  }
}

kernels::OuterProduct DenseLayer::WeightGradient(const BatchView& in, const BatchView& d_out,
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

void DenseLayer::BackwardWeights(const BatchView& in, const BatchView& d_out, int first_row,
                                 int rows, float* gradient) const {
  kernels::OuterProduct product = WeightGradient(in, d_out, first_row, rows);
  product.w = gradient + RowOffset(first_row);
  kernels::AddOuterProducts(product);
}

void DenseLayer::StepWeights(const BatchView& in, const BatchView& d_out, int first_row, int rows,
                             const kernels::ParameterStep& step, float* squares) const {
  kernels::StepOuterProducts(WeightGradient(in, d_out, first_row, rows),
                             step.At(RowOffset(first_row)), squares);
}

void DenseLayer::BackwardBias(const BatchView& d_out, float* gradient) const {
  kernels::SumRows(d_out.data, d_out.count, d_out.stride, matrix_.columns, /*accumulate=*/false,
                   gradient + matrix_.bias);
}

}  // namespace arcadeq
