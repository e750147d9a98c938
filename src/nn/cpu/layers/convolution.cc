#include "nn/cpu/layers/convolution.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/layers/frame_convolution.h"
#include "nn/cpu/layers/winograd_convolution.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/planner.h"

namespace arcadeq::cpu {

using kernels::Finish;
using kernels::kPanel;
using kernels::Start;

void Plan(const layers::Convolution& layer, Planner& planner) {
  const StreamShape in = planner.TakeImage();
  const ConvolutionShape shape{in.height,     in.width,     in.channels,
                               layer.filters, layer.kernel, layer.stride};
  const PanelMatrix matrix = planner.layout().AddMatrix(shape.weight_rows(), shape.filters);
  planner.AddWeights({.name = layer.name,
                      .shape = {layer.filters, in.channels, layer.kernel, layer.kernel},
                      .initial = TensorLayout::Initial::kGlorotUniform,
                      .outputs = layer.filters,
                      .channels = in.channels,
                      .pixels = layer.kernel * layer.kernel},
                     matrix);
  const StreamShape out{shape.out_height(), shape.out_width(), shape.filters};
  const ActivationShape activations{{out}, /*image=*/true};
  if (planner.reads_frames()) {
    const auto& [frame, stack, actions, atoms] = planner.shape();
    planner.Add(std::make_unique<FrameConvolution>(planner.kernels(), frame, stack, shape, matrix),
                activations);
  } else if (WinogradConvolution::Suits(shape)) {
    planner.Add(std::make_unique<WinogradConvolution>(planner.kernels(), shape, matrix),
                activations);
  } else {
    planner.Add(std::make_unique<Convolution>(planner.kernels(), shape, matrix), activations);
  }
}

Convolution::Convolution(const kernels::Kernels& kernels, const ConvolutionShape& shape,
                         const PanelMatrix& matrix)
    : kernels_(kernels), shape_(shape), matrix_(matrix) {
  for (int y = 0; y < shape.out_height(); ++y) {
    for (int x = 0; x < shape.out_width(); ++x) {
      in_offsets_.push_back((y * shape.width + x) * shape.stride * shape.channels);
      out_offsets_.push_back((y * shape.out_width() + x) * shape.filters);
    }
  }
}

bool Convolution::FuseRelu() {
  return !std::exchange(relu_, true);
}

void Convolution::Forward(const float* parameters, const float* in, float* out) const {
  kernels::PanelProduct product;
  product.rows = shape_.out_pixels();
  product.a = in;
  product.a_offsets = in_offsets_.data();
  product.runs = shape_.kernel;
  product.run_length = shape_.kernel * shape_.channels;
  product.run_stride = static_cast<std::ptrdiff_t>(shape_.width) * shape_.channels;
  product.w = {parameters + matrix_.weights, matrix_.panels(), matrix_.panel_stride()};
  product.c = out;
  product.c_offsets = out_offsets_.data();
  product.start = Start::kBias;
  product.bias = parameters + matrix_.bias;
  product.finish = relu_ ? Finish::kRelu : Finish::kNone;
  kernels_.multiply_panels(product, {});
}

void Convolution::Backward(const SampleGradients& g) const {
  if (relu_) kernels_.mask_gradient(g.out, shape_.out_size(), g.d_out);
  AddWeightGradient(g.in, g.d_out, g.gradient);
  if (g.d_in != nullptr) InputGradient(g.prepared, g.d_out, g.d_in);
}

void Convolution::AddWeightGradient(const float* in, const float* d_out, float* gradient) const {
  kernels_.sum_rows(d_out, shape_.out_pixels(), shape_.filters, shape_.filters,
                    /*accumulate=*/true, gradient + matrix_.bias);

  // Processes as many output rows at a time as keep their part of the input in the L1 cache while
  // each row of the kernel passes over it.
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
      kernels_.add_outer_products(product);
    }
  }
}

void Convolution::InputGradient(const float* transposed, const float* d_out, float* d_in) const {
  std::fill_n(d_in, shape_.in_size(), 0.0f);
  kernels::PanelProduct product;
  product.rows = shape_.out_pixels();
  product.a = d_out;
  product.a_offsets = out_offsets_.data();
  product.run_length = shape_.filters;
  product.w.stride = static_cast<std::ptrdiff_t>(shape_.filters) * kPanel;
  product.c_offsets = in_offsets_.data();
  product.start = Start::kPresent;
  const int tap_panels = shape_.channels / kPanel;
  for (int ky = 0; ky < shape_.kernel; ++ky) {
    // As many adjacent taps at a time as no two output pixels share.
    for (int kx = 0; kx < shape_.kernel; kx += shape_.stride) {
      const std::ptrdiff_t tap = ky * shape_.kernel + kx;
      product.w.count = std::min(shape_.stride, shape_.kernel - kx) * tap_panels;
      product.w.data = transposed + tap * tap_panels * product.w.stride;
      product.c = d_in + static_cast<std::ptrdiff_t>(ky * shape_.width + kx) * shape_.channels;
      kernels_.multiply_panels(product, {});
    }
  }
}

std::size_t Convolution::prepared_size(bool backward) const {
  return backward ? static_cast<std::size_t>(shape_.weight_rows()) * shape_.filters : 0;
}

void Convolution::PrepareBackward(const float* parameters, float* prepared) const {
  kernels::BlockTranspose transpose;
  transpose.in_stride = kPanel;
  transpose.blocks = matrix_.panels();
  transpose.block_stride = matrix_.panel_stride();
  transpose.out = prepared;
  transpose.out_stride = kPanel;
  for (int tap = 0; tap < shape_.kernel * shape_.kernel; ++tap) {
    for (int panel = 0; panel < shape_.channels / kPanel; ++panel) {
      const std::ptrdiff_t row =
          static_cast<std::ptrdiff_t>(tap) * shape_.channels + panel * kPanel;
      transpose.in = parameters + matrix_.weights + row * kPanel;
      kernels_.transpose_blocks(transpose);
      transpose.out += static_cast<std::ptrdiff_t>(shape_.filters) * kPanel;
    }
  }
}

}  // namespace arcadeq::cpu
