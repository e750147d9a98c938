#include "nn/cpu/layers/sparse_convolution.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

using kernels::kPanel;

namespace {

// With a larger share of nonzero blocks, the dense convolution is faster.
constexpr double kDense = 0.6;

}  // namespace

bool SparseConvolution::Supports(const ConvolutionShape& shape) {
  return shape.stride == kBlock && shape.kernel % kBlock == 0 && shape.width % kBlock == 0 &&
         shape.channels <= kernels::kMaxBlockDepth;
}

SparseConvolution::SparseConvolution(const kernels::Kernels& kernels, const ConvolutionShape& shape,
                                     const PanelMatrix& matrix)
    : kernels_(kernels), shape_(shape), matrix_(matrix) {
  for (int row = 0; row < rows(); ++row) {
    for (int block = 0; block < row_blocks(); ++block) {
      output_offsets_.push_back(static_cast<std::int32_t>(BorderedOffset(row / kBlock, block)));
    }
  }
}

SparseConvolution::Image SparseConvolution::MakeImage() const {
  Image image;
  image.blocks_ = AlignedBuffer<float>(max_blocks() * block_floats() + kPanel);
  image.words_ = AlignedBuffer<std::int32_t>(output_offsets_.size());
  image.offsets_ = AlignedBuffer<std::int32_t>(max_blocks());
  return image;
}

SparseConvolution::Scratch SparseConvolution::MakeScratch() const {
  const auto size = static_cast<std::size_t>(bordered_height()) * bordered_width() * shape_.filters;
  Scratch scratch;
  scratch.outputs_ = AlignedBuffer<float>(size);
  scratch.gradients_ = AlignedBuffer<float>(size);
  return scratch;
}

bool SparseConvolution::Read(std::span<const std::uint8_t* const> frames, Image& image) const {
  const auto limit = static_cast<int>(max_blocks());
  int count = 0;
  for (int remainder = 0; remainder < kBlock; ++remainder) {
    count += kernels_.find_blocks(frames.data(), shape_.channels, remainder * row_blocks(),
                                  row_blocks(), (rows() - remainder + kBlock - 1) / kBlock,
                                  kBlock * row_blocks(), image.words_.data() + count);
    if (count > limit) return false;
    image.begin_[remainder + 1] = count;
  }
  kernels_.read_blocks(frames.data(), shape_.channels, image.words_.data(), count,
                       image.blocks_.data());
  for (int i = 0; i < count; ++i) image.offsets_[i] = output_offsets_[image.words_[i]];
  return true;
}

std::size_t SparseConvolution::max_blocks() const {
  return static_cast<std::size_t>(kDense * static_cast<double>(output_offsets_.size()));
}

template <typename Visit>
void SparseConvolution::ForEachPart(const Image& image, Visit visit) const {
  for (int ky = 0; ky < shape_.kernel; ++ky) {
    const int remainder = ky % kBlock;
    const int first = image.begin_[remainder];
    const int count = image.begin_[remainder + 1] - first;
    for (int part = 0; part < parts(); ++part) {
      const std::ptrdiff_t row = std::ptrdiff_t{ky * parts() + part} * block_floats();
      const std::ptrdiff_t shift =
          (std::ptrdiff_t{ky / kBlock} * bordered_width() + part) * shape_.filters;
      visit(row, first, count, shift);
    }
  }
}

void SparseConvolution::Forward(const float* parameters, const Image& image, Scratch& scratch,
                                float* out) const {
  float* outputs = scratch.outputs_.data();
  const int filters = shape_.filters;
  const std::size_t row_size = std::size_t(bordered_width()) * filters;
  for (std::size_t i = 0; i < row_size; i += filters) {
    std::copy_n(parameters + matrix_.bias, filters, outputs + i);
  }
  for (int y = 1; y < bordered_height(); ++y) {
    std::copy_n(outputs, row_size, outputs + y * row_size);
  }

  kernels::ListedProduct product;
  product.k = block_floats();
  ForEachPart(image, [&](std::ptrdiff_t row, int first, int count, std::ptrdiff_t shift) {
    product.rows = count;
    product.a = image.blocks_.data() + std::ptrdiff_t{first} * block_floats();
    product.w = {parameters + matrix_.weights + row * kPanel, matrix_.panels(),
                 matrix_.panel_stride()};
    product.c = outputs - shift;
    product.c_offsets = image.offsets_.data() + first;
    kernels_.add_listed_products(product);
  });

  const int out_row = shape_.out_width() * filters;
  for (int y = 0; y < shape_.out_height(); ++y) {
    const float* from = outputs + BorderedOffset(y, 0);
    float* to = out + std::ptrdiff_t{y} * out_row;
    if (relu_) {
      kernels_.relu(from, out_row, to);
    } else {
      std::copy_n(from, out_row, to);
    }
  }
}

void SparseConvolution::Backward(const Image& image, Scratch& scratch, const float* out,
                                 float* d_out, float* gradient) const {
  if (relu_) kernels_.mask_gradient(out, shape_.out_size(), d_out);
  kernels_.sum_rows(d_out, shape_.out_pixels(), shape_.filters, shape_.filters, /*accumulate=*/true,
                    gradient + matrix_.bias);
  // The border of the gradients is always zero.
  const int out_row = shape_.out_width() * shape_.filters;
  for (int y = 0; y < shape_.out_height(); ++y) {
    std::copy_n(d_out + std::ptrdiff_t{y} * out_row, out_row,
                scratch.gradients_.data() + BorderedOffset(y, 0));
  }

  kernels::OuterProduct product;
  product.a_x_stride = block_floats();
  product.k = block_floats();
  product.panels = matrix_.panels();
  product.panel_stride = matrix_.panel_stride();
  product.accumulate = true;
  ForEachPart(image, [&](std::ptrdiff_t row, int first, int count, std::ptrdiff_t shift) {
    product.width = count;
    product.a = image.blocks_.data() + std::ptrdiff_t{first} * block_floats();
    product.b = scratch.gradients_.data() - shift;
    product.b_offsets = image.offsets_.data() + first;
    product.w = gradient + matrix_.weights + row * kPanel;
    kernels_.add_outer_products(product);
  });
}

}  // namespace arcadeq::cpu
