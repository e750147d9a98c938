#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// A convolution of byte frames that are mostly zero, like the pixels of many games. The image is
// divided into blocks of one row and as many pixels as the convolution's stride. Forward and the
// gradient of the weights skip blocks that are zero in all frames and process the others in
// Convolution's order. Since a multiply-add with a zero changes no sum, the results are bit-for-bit
// those of Convolution (unless weights or gradients are infinite or NaN).
//
// Requires stride 4, a kernel that is a multiple of 4, rows of whole blocks, and at most 4
// channels.
class SparseConvolution {
 public:
  static constexpr int kBlock = 4;  // pixels
  static bool Supports(const ConvolutionShape& shape);

  // The nonzero blocks of one image, grouped by their row's remainder modulo the stride.
  class Image {
   private:
    friend class SparseConvolution;
    AlignedBuffer<float> blocks_;        // [block][pixel][channel]
    AlignedBuffer<std::int32_t> words_;  // position of each block in a frame, in words of 4 bytes
    AlignedBuffer<std::int32_t>
        offsets_;  // of the output pixel that sees each block at the kernel's corner
    std::int32_t begin_[kBlock + 1] = {};  // by remainder: its first block
  };

  // Working memory, for any image.
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

  // Reads the frames' nonzero blocks into `image`. Returns false if there are too many for a sparse
  // convolution to pay off.
  bool Read(std::span<const std::uint8_t* const> frames, Image& image) const;

  // Like Convolution's functions, for an image that was read.
  void Forward(const float* parameters, const Image& image, Scratch& scratch, float* out) const;
  void Backward(const Image& image, Scratch& scratch, const float* out, float* d_out,
                float* gradient) const;

 private:
  // Calls visit(rows of a kernel's run of blocks, image's first block, blocks, offset to subtract
  // from the blocks' output pixels) for each part of the kernel, in order.
  template <typename Visit>
  void ForEachPart(const Image& image, Visit visit) const;

  int parts() const { return shape_.kernel / kBlock; }  // of a kernel, in each direction
  int block_floats() const { return kBlock * shape_.channels; }
  int rows() const {
    return (shape_.out_height() - 1) * kBlock + shape_.kernel;
  }  // rows that the convolution sees
  int row_blocks() const { return shape_.width / kBlock; }
  std::size_t max_blocks() const;  // of an image that Read() accepts
  // Output pixels have a border of parts() - 1 at the top and left, and somewhat more at the bottom
  // and right, so that every block has an output pixel for each part of the kernel.
  int bordered_width() const { return row_blocks() + parts() - 1; }
  int bordered_height() const { return (rows() - 1) / kBlock + parts(); }
  std::ptrdiff_t BorderedOffset(int y, int x) const {
    return (std::ptrdiff_t{y + parts() - 1} * bordered_width() + x + parts() - 1) * shape_.filters;
  }

  const kernels::Kernels& kernels_;
  ConvolutionShape shape_;
  PanelMatrix matrix_;
  bool relu_ = false;
  std::vector<std::int32_t> output_offsets_;  // by word of a frame
};

}  // namespace arcadeq::cpu
