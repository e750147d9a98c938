#include "nn/dense_layer.h"

#include <algorithm>

namespace arcadeq {

using kernels::Finish;
using kernels::kPanel;
using kernels::Start;

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

void DenseLayer::BackwardInput(const float* parameters, const BatchView& d_out, int first_tile,
                               int tiles, const float* mask, const BatchView& d_in,
                               float* scratch) const {
  constexpr std::ptrdiff_t kTransposedTile = kBlock * kPanel;
  kernels::PanelProduct product;
  product.rows = d_out.count;
  product.a_offsets = d_out.offsets;
  product.w = scratch;
  product.panel_stride = kTransposedTile;
  product.c_offsets = d_in.offsets;
  for (int tile = first_tile; tile < first_tile + tiles; tile += 2) {
    product.panels = std::min(2, first_tile + tiles - tile);
    product.c = d_in.data + tile * kPanel;
    product.mask = mask == nullptr ? nullptr : mask + tile * kPanel;
    for (int column = 0; column < matrix_.columns; column += kBlock) {
      product.run_length = std::min(kBlock, matrix_.columns - column);
      product.a = d_out.data + column;
      constexpr std::ptrdiff_t kTile = kPanel * kPanel;
      const float* weights =
          parameters + matrix_.weights + column / kPanel * matrix_.panel_stride() + tile * kTile;
      for (int t = 0; t < product.panels; ++t) {
        kernels::TransposePanels(weights + t * kTile, product.run_length / kPanel,
                                 matrix_.panel_stride(), scratch + t * kTransposedTile);
      }
      product.next = weights + 2 * kTile;
      product.next_stride = matrix_.panel_stride();
      product.next_panel_stride = kTile;
      const bool last = column + kBlock >= matrix_.columns;
      product.start = column == 0 ? Start::kZero : Start::kPresent;
      product.finish = last && mask != nullptr ? Finish::kMask : Finish::kNone;
      kernels::MultiplyPanels(product);
    }
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
