#include "nn/conv_layer.h"

#include <algorithm>

namespace arcadeq {

using kernels::Finish;
using kernels::kPanel;
using kernels::Start;

ConvLayer::ConvLayer(const ConvShape& shape, const PanelMatrix& matrix)
    : shape_(shape), matrix_(matrix) {
  for (int y = 0; y < shape.out_height(); ++y) {
    for (int x = 0; x < shape.out_width(); ++x) {
      in_offsets_.push_back((y * shape.width + x) * shape.stride * shape.channels);
      out_offsets_.push_back((y * shape.out_width() + x) * shape.filters);
    }
  }
}

void ConvLayer::Forward(const float* parameters, const float* in, float* out) const {
  kernels::PanelProduct product;
  product.rows = shape_.out_pixels();
  product.a = in;
  product.a_offsets = in_offsets_.data();
  product.runs = shape_.kernel;
  product.run_length = shape_.kernel * shape_.channels;
  product.run_stride = static_cast<std::ptrdiff_t>(shape_.width) * shape_.channels;
  product.w = parameters + matrix_.weights;
  product.panels = matrix_.panels();
  product.panel_stride = matrix_.panel_stride();
  product.c = out;
  product.c_offsets = out_offsets_.data();
  product.start = Start::kBias;
  product.bias = parameters + matrix_.bias;
  product.finish = Finish::kRelu;
  kernels::MultiplyPanels(product);
}

void ConvLayer::BackwardWeights(const float* in, const float* d_out, float* gradient) const {
  kernels::SumRows(d_out, shape_.out_pixels(), shape_.filters, shape_.filters, /*accumulate=*/true,
                   gradient + matrix_.bias);

  // So many output rows at a time that the part of the input they see stays in the first cache
  // while each row of the kernel passes over it.
  constexpr int kCachedFloats = 6 * 1024;
  const int row_floats = shape_.width * shape_.channels;
  const int block = std::max(1, kCachedFloats / (row_floats * shape_.stride));

  kernels::OuterProduct product;
  product.width = shape_.out_width();
  product.a_y_stride = static_cast<std::ptrdiff_t>(row_floats) * shape_.stride;
  product.a_x_stride = static_cast<std::ptrdiff_t>(shape_.channels) * shape_.stride;
  product.k = shape_.kernel * shape_.channels;
  product.b_y_stride = static_cast<std::ptrdiff_t>(shape_.out_width()) * shape_.filters;
  product.b_x_stride = shape_.filters;
  product.panels = matrix_.panels();
  product.panel_stride = matrix_.panel_stride();
  product.accumulate = true;
  for (int y = 0; y < shape_.out_height(); y += block) {
    product.height = std::min(block, shape_.out_height() - y);
    product.b = d_out + y * product.b_y_stride;
    for (int ky = 0; ky < shape_.kernel; ++ky) {
      product.a = in + y * product.a_y_stride + ky * row_floats;
      product.w = gradient + matrix_.weights + static_cast<std::ptrdiff_t>(ky) * product.k * kPanel;
      kernels::AddOuterProducts(product);
    }
  }
}

void ConvLayer::BackwardInput(const float* transposed, const float* in, const float* d_out,
                              float* d_in) const {
  std::fill_n(d_in, shape_.in_size(), 0.0f);
  kernels::PanelProduct product;
  product.rows = shape_.out_pixels();
  product.a = d_out;
  product.a_offsets = out_offsets_.data();
  product.run_length = shape_.filters;
  product.panel_stride = static_cast<std::ptrdiff_t>(shape_.filters) * kPanel;
  product.c_offsets = in_offsets_.data();
  product.start = Start::kPresent;
  const int tap_panels = shape_.channels / kPanel;
  for (int ky = 0; ky < shape_.kernel; ++ky) {
    // Taps beside each other, as many as two output pixels do not share.
    for (int kx = 0; kx < shape_.kernel; kx += shape_.stride) {
      const std::ptrdiff_t tap = ky * shape_.kernel + kx;
      product.panels = std::min(shape_.stride, shape_.kernel - kx) * tap_panels;
      product.w = transposed + tap * tap_panels * product.panel_stride;
      product.c = d_in + static_cast<std::ptrdiff_t>(ky * shape_.width + kx) * shape_.channels;
      kernels::MultiplyPanels(product);
    }
  }
  kernels::MaskGradient(in, shape_.in_size(), d_in);
}

void ConvLayer::TransposeWeights(const float* parameters, float* transposed) const {
  kernels::BlockTranspose transpose;
  transpose.in_stride = kPanel;
  transpose.blocks = matrix_.panels();
  transpose.block_stride = matrix_.panel_stride();
  transpose.out = transposed;
  transpose.out_stride = kPanel;
  for (int tap = 0; tap < taps(); ++tap) {
    for (int panel = 0; panel < shape_.channels / kPanel; ++panel) {
      const std::ptrdiff_t row =
          static_cast<std::ptrdiff_t>(tap) * shape_.channels + panel * kPanel;
      transpose.in = parameters + matrix_.weights + row * kPanel;
      kernels::TransposeBlocks(transpose);
      transpose.out += static_cast<std::ptrdiff_t>(shape_.filters) * kPanel;
    }
  }
}

}  // namespace arcadeq
