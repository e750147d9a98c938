#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// A convolution of frames of bytes that are mostly zero, as the pixels of many games are. The image
// is cut into blocks of one row and as many pixels as the convolution's stride; blocks that are
// zero in all frames are left out, forward and in the gradient of the weights. The rest is done in
// Convolution's order, and a multiply-add with a zero changes no sum, so the bits are Convolution's
// (unless weights or gradients are infinite or NaN).
//
// Stride 4, a kernel that is a multiple of it, rows of whole blocks, at most 4 channels.
class SparseConvolution {
 public:
  static constexpr int kBlock = 4;  // pixels
  static bool Supports(const ConvolutionShape& shape);

  // The blocks of one image that are not zero, by their row's remainder modulo the stride.
  class Image {
   private:
    friend class SparseConvolution;
    AlignedBuffer<float> blocks_;          // [block][pixel][channel]
    AlignedBuffer<std::int32_t> words_;    // where each block lies in a frame, in words of 4 bytes
    AlignedBuffer<std::int32_t> offsets_;  // of each block's output pixel for the kernel's corner
    std::int32_t begin_[kBlock + 1] = {};  // of each remainder's blocks
  };

  // Memory to work in, for any image.
  class Scratch {
   private:
    friend class SparseConvolution;
    AlignedBuffer<float> outputs_, gradients_;  // with a border, see below
  };

  SparseConvolution(const kernels::Kernels& kernels, const ConvolutionShape& shape,
                    const PanelMatrix& matrix);

  bool FuseRelu() { return !std::exchange(relu_, true); }
  Image MakeImage() const;
  Scratch MakeScratch() const;

  // Reads the frames' blocks into `image`. False if too few are zero for it to pay.
  bool Read(std::span<const std::uint8_t* const> frames, Image& image) const;

  // As Convolution's, for the image that was read.
  void Forward(const float* parameters, const Image& image, Scratch& scratch, float* out) const;
  void Backward(const Image& image, Scratch& scratch, const float* out, float* d_out,
                float* gradient) const;

 private:
  // Calls visit(rows of a kernel's run of blocks, image's first block, blocks, offset to subtract
  // from the blocks' output pixels) for each part of the kernel, in order.
  template <typename Visit>
  void ForEachPart(const Image& image, Visit visit) const;

  int parts() const { return shape_.kernel / kBlock; }  // of a kernel, across and down
  int block_floats() const { return kBlock * shape_.channels; }
  int rows() const { return (shape_.out_height() - 1) * kBlock + shape_.kernel; }  // that are seen
  int row_blocks() const { return shape_.width / kBlock; }
  std::size_t max_blocks() const;  // of an image that Read() takes
  // Output pixels lie with a border of parts() - 1 at the top and on the left and some more at the
  // bottom and on the right, so that every block has one for each part of the kernel.
  int bordered_width() const { return row_blocks() + parts() - 1; }
  int bordered_height() const { return (rows() - 1) / kBlock + parts(); }
  std::ptrdiff_t BorderedOffset(int y, int x) const {
    return (std::ptrdiff_t{y + parts() - 1} * bordered_width() + x + parts() - 1) * shape_.filters;
  }

  const kernels::Kernels& kernels_;
  ConvolutionShape shape_;
  PanelMatrix matrix_;
  bool relu_ = false;
  std::vector<std::int32_t> output_offsets_;  // of each word of a frame
};

}  // namespace arcadeq::cpu
