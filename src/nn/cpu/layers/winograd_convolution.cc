#include "nn/cpu/layers/winograd_convolution.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {
namespace {

using kernels::Finish;
using kernels::kPanel;
using kernels::Start;
using kernels::TileMap;
using kernels::TileTransform;

constexpr int kSide = 4;  // of a tile, in blocks and in points
constexpr int kPoints = kSide * kSide;
// The point (1, 1), whose product is added to every output of its tile: the place for the bias.
constexpr int kBiasPoint = kSide + 1;

// In each direction; 0 if the shape is no such filter.
int Taps(const ConvolutionShape& shape) {
  if (shape.kernel == 3 && shape.stride == 1) return 3;
  return shape.kernel == 2 * shape.stride ? 2 : 0;
}

// In each direction, of a whole tile.
int Outputs(int taps) {
  return kSide + 1 - taps;
}

int Tiles(int outputs, int taps) {
  return (outputs + Outputs(taps) - 1) / Outputs(taps);
}

}  // namespace

bool WinogradConvolution::Suits(const ConvolutionShape& shape) {
  const int taps = Taps(shape);
  if (taps == 0 || shape.stride * shape.channels % kPanel != 0) return false;
  // For each filter and each float of a block.
  const int products = kPoints * Tiles(shape.out_height(), taps) * Tiles(shape.out_width(), taps);
  return 4 * products <= 3 * shape.out_pixels() * taps * taps;
}

WinogradConvolution::WinogradConvolution(const kernels::Kernels& kernels,
                                         const ConvolutionShape& shape, const PanelMatrix& matrix)
    : kernels_(kernels),
      shape_(shape),
      matrix_(matrix),
      taps_(Taps(shape)),
      run_(shape.stride * shape.channels),
      block_(shape.stride * run_) {
  const int step = Outputs(taps_), height = shape.out_height(), width = shape.out_width();
  const auto blocks_from = [&](int first, int outputs) {
    return std::min(kSide, outputs + taps_ - 1 - first);
  };
  for (int y = 0; y < height; y += step) {
    for (int x = 0; x < width; x += step) {
      tiles_.push_back({.y = y,
                        .x = x,
                        .in_height = blocks_from(y, height),
                        .in_width = blocks_from(x, width),
                        .out_height = std::min(step, height - y),
                        .out_width = std::min(step, width - x)});
    }
  }
  const int rows = kGroupSamples * static_cast<int>(tiles_.size());
  for (int row = 0; row < rows; ++row) {
    v_rows_.push_back(row * block_);
    m_rows_.push_back(row * shape.filters);
  }
  v_spacing_ = std::ptrdiff_t{rows} * block_ + kPanel;
  m_spacing_ = std::ptrdiff_t{rows} * shape.filters + kPanel;
  u_spacing_ = std::ptrdiff_t{block_} * shape.filters + kPanel;
}

bool WinogradConvolution::FuseRelu() {
  return !std::exchange(relu_, true);
}

std::size_t WinogradConvolution::weights_size() const {
  return static_cast<std::size_t>(kPoints * u_spacing_);
}

std::size_t WinogradConvolution::scratch_size() const {
  return static_cast<std::size_t>(kPoints * (v_spacing_ + m_spacing_ + u_spacing_));
}

WinogradConvolution::Scratch WinogradConvolution::Divide(float* memory) const {
  float* const m = memory + kPoints * v_spacing_;
  return {.v = memory, .m = m, .u = m + kPoints * m_spacing_};
}

template <typename Visit>
void WinogradConvolution::ForEachTile(int samples, Visit visit) const {
  int row = 0;
  for (int sample = 0; sample < samples; ++sample) {
    for (const Tile& tile : tiles_) visit(sample, tile, row++);
  }
}

template <typename Visit>
void WinogradConvolution::ForEachBlockRow(Visit visit) const {
  for (int panel = 0; panel < matrix_.panels(); ++panel) {
    for (int row = 0; row < shape_.stride; ++row) {
      const std::ptrdiff_t tap = panel * matrix_.panel_stride() +
                                 std::ptrdiff_t{row} * shape_.kernel * shape_.channels * kPanel;
      visit(static_cast<std::ptrdiff_t>(matrix_.weights) + tap,
            (std::ptrdiff_t{panel} * block_ + std::ptrdiff_t{row} * run_) * kPanel);
    }
  }
}

void WinogradConvolution::PrepareForward(const float* parameters, float* prepared) const {
  TileTransform transform;
  transform.map = taps_ == 2 ? TileMap::kTaps2 : TileMap::kTaps3;
  transform.n = run_ * kPanel;
  transform.in_x_stride = transform.n;
  transform.in_y_stride = std::ptrdiff_t{shape_.kernel} * transform.n;
  transform.out_x_stride = u_spacing_;
  transform.out_y_stride = kSide * u_spacing_;
  ForEachBlockRow([&](std::ptrdiff_t taps, std::ptrdiff_t u) {
    transform.in = parameters + taps;
    transform.out = prepared + u;
    kernels_.transform_tile(transform);
  });
}

void WinogradConvolution::PrepareBackward(const float* /*parameters*/, float* prepared) const {
  kernels::BlockTranspose transpose;
  transpose.in_stride = kPanel;
  transpose.blocks = matrix_.panels();
  transpose.block_stride = std::ptrdiff_t{block_} * kPanel;
  transpose.out_stride = kPanel;
  for (int point = 0; point < kPoints; ++point) {
    transpose.in = prepared + point * u_spacing_;
    transpose.out = prepared + weights_size() + point * u_spacing_;
    for (int panel = 0; panel < block_ / kPanel; ++panel) {
      kernels_.transpose_blocks(transpose);
      transpose.in += kPanel * kPanel;
      transpose.out += std::ptrdiff_t{shape_.filters} * kPanel;
    }
  }
}

void WinogradConvolution::TransformInputs(int samples, const float* const* in, float* v) const {
  const std::ptrdiff_t row_floats = std::ptrdiff_t{shape_.width} * shape_.channels;
  TileTransform transform;
  transform.map = TileMap::kInput;
  transform.n = run_;
  transform.in_y_stride = shape_.stride * row_floats;
  transform.in_x_stride = run_;
  transform.out_y_stride = kSide * v_spacing_;
  transform.out_x_stride = v_spacing_;
  ForEachTile(samples, [&](int sample, const Tile& tile, int row) {
    transform.in_height = tile.in_height;
    transform.in_width = tile.in_width;
    transform.in = in[sample] + tile.y * transform.in_y_stride + std::ptrdiff_t{tile.x} * run_;
    transform.out = v + v_rows_[row];
    for (int i = 0; i < shape_.stride; ++i) {
      kernels_.transform_tile(transform);
      transform.in += row_floats;
      transform.out += run_;
    }
  });
}

void WinogradConvolution::ForwardGroup(const Pass& pass, const float* const* in,
                                       float* const* out) const {
  const Scratch scratch = Divide(pass.scratch);
  TransformInputs(pass.samples, in, scratch.v);

  kernels::PanelProduct product;
  product.rows = pass.samples * static_cast<int>(tiles_.size());
  product.a_offsets = v_rows_.data();
  product.run_length = block_;
  product.w.count = matrix_.panels();
  product.w.stride = std::ptrdiff_t{block_} * kPanel;
  product.c_offsets = m_rows_.data();
  product.bias = pass.parameters + matrix_.bias;
  for (int point = 0; point < kPoints; ++point) {
    product.a = scratch.v + point * v_spacing_;
    product.w.data = pass.prepared + point * u_spacing_;
    product.c = scratch.m + point * m_spacing_;
    product.start = point == kBiasPoint ? Start::kBias : Start::kZero;
    kernels_.multiply_panels(product, {});
  }

  TileTransform transform;
  transform.map = taps_ == 2 ? TileMap::kOutputs3 : TileMap::kOutputs2;
  transform.n = shape_.filters;
  transform.in_y_stride = kSide * m_spacing_;
  transform.in_x_stride = m_spacing_;
  transform.out_y_stride = std::ptrdiff_t{shape_.out_width()} * shape_.filters;
  transform.out_x_stride = shape_.filters;
  transform.finish = relu_ ? Finish::kRelu : Finish::kNone;
  ForEachTile(pass.samples, [&](int sample, const Tile& tile, int row) {
    transform.out_height = tile.out_height;
    transform.out_width = tile.out_width;
    transform.in = scratch.m + m_rows_[row];
    transform.out = out[sample] + tile.y * transform.out_y_stride + tile.x * transform.out_x_stride;
    kernels_.transform_tile(transform);
  });
}

void WinogradConvolution::BackwardGroup(const Pass& pass, const Gradients& g) const {
  for (int i = 0; i < pass.samples; ++i) {
    if (relu_) kernels_.mask_gradient(g.out[i], shape_.out_size(), g.d_out[i]);
    kernels_.sum_rows(g.d_out[i], shape_.out_pixels(), shape_.filters, shape_.filters,
                      /*accumulate=*/true, g.gradient + matrix_.bias);
  }

  const Scratch scratch = Divide(pass.scratch);
  TileTransform transform;
  transform.map = taps_ == 2 ? TileMap::kOutputGradients3 : TileMap::kOutputGradients2;
  transform.n = shape_.filters;
  transform.in_y_stride = std::ptrdiff_t{shape_.out_width()} * shape_.filters;
  transform.in_x_stride = shape_.filters;
  transform.out_y_stride = kSide * m_spacing_;
  transform.out_x_stride = m_spacing_;
  ForEachTile(pass.samples, [&](int sample, const Tile& tile, int row) {
    transform.in_height = tile.out_height;
    transform.in_width = tile.out_width;
    transform.in =
        g.d_out[sample] + tile.y * transform.in_y_stride + tile.x * transform.in_x_stride;
    transform.out = scratch.m + m_rows_[row];
    kernels_.transform_tile(transform);
  });

  TransformInputs(pass.samples, g.in, scratch.v);
  AddWeightGradient(pass.samples, scratch, g.gradient);
  if (g.d_in[0] != nullptr) InputGradients(pass, scratch, g.d_in);
}

void WinogradConvolution::AddWeightGradient(int samples, const Scratch& scratch,
                                            float* gradient) const {
  kernels::OuterProduct product;
  product.width = samples * static_cast<int>(tiles_.size());
  product.a_x_stride = block_;
  product.k = block_;
  product.b_x_stride = shape_.filters;
  product.panels = matrix_.panels();
  product.panel_stride = std::ptrdiff_t{block_} * kPanel;
  for (int point = 0; point < kPoints; ++point) {
    product.a = scratch.v + point * v_spacing_;
    product.b = scratch.m + point * m_spacing_;
    product.w = scratch.u + point * u_spacing_;
    kernels_.add_outer_products(product);
  }

  TileTransform transform;
  transform.map = taps_ == 2 ? TileMap::kTapGradients2 : TileMap::kTapGradients3;
  transform.n = run_ * kPanel;
  transform.in_x_stride = u_spacing_;
  transform.in_y_stride = kSide * u_spacing_;
  transform.out_x_stride = transform.n;
  transform.out_y_stride = std::ptrdiff_t{shape_.kernel} * transform.n;
  transform.accumulate = true;
  ForEachBlockRow([&](std::ptrdiff_t taps, std::ptrdiff_t u) {
    transform.in = scratch.u + u;
    transform.out = gradient + taps;
    kernels_.transform_tile(transform);
  });
}

void WinogradConvolution::InputGradients(const Pass& pass, const Scratch& scratch,
                                         float* const* d_in) const {
  kernels::PanelProduct product;
  product.rows = pass.samples * static_cast<int>(tiles_.size());
  product.a_offsets = m_rows_.data();
  product.run_length = shape_.filters;
  product.w.count = block_ / kPanel;
  product.w.stride = std::ptrdiff_t{shape_.filters} * kPanel;
  product.c_offsets = v_rows_.data();
  for (int point = 0; point < kPoints; ++point) {
    product.a = scratch.m + point * m_spacing_;
    product.w.data = pass.prepared + weights_size() + point * u_spacing_;
    product.c = scratch.v + point * v_spacing_;
    kernels_.multiply_panels(product, {});
  }

  for (int i = 0; i < pass.samples; ++i) std::fill_n(d_in[i], shape_.in_size(), 0.0f);
  const std::ptrdiff_t row_floats = std::ptrdiff_t{shape_.width} * shape_.channels;
  TileTransform transform;
  transform.map = TileMap::kInputGradient;
  transform.n = run_;
  transform.in_y_stride = kSide * v_spacing_;
  transform.in_x_stride = v_spacing_;
  transform.out_y_stride = shape_.stride * row_floats;
  transform.out_x_stride = run_;
  transform.accumulate = true;  // tiles overlap
  ForEachTile(pass.samples, [&](int sample, const Tile& tile, int row) {
    transform.out_height = tile.in_height;
    transform.out_width = tile.in_width;
    transform.in = scratch.v + v_rows_[row];
    transform.out = d_in[sample] + tile.y * transform.out_y_stride + std::ptrdiff_t{tile.x} * run_;
    for (int i = 0; i < shape_.stride; ++i) {
      kernels_.transform_tile(transform);
      transform.in += run_;
      transform.out += row_floats;
    }
  });
}

}  // namespace arcadeq::cpu
