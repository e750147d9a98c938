#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/conv_layer.h"
#include "nn/layout.h"

namespace arcadeq {

// The first convolution over bytes that are mostly zero, as the pixels of many games are. The image
// is cut into blocks of one row and as many pixels as the convolution's stride; those that are zero
// in all frames are left out, in the forward pass and in the weights' gradient. What is done is
// done in ConvLayer's order, and a multiply-add with a zero changes no sum, so the bits are
// ConvLayer's (unless weights or gradients are infinite or NaN).
//
// Stride 4, a kernel that is a multiple of it, rows of whole blocks, at most 4 channels.
class SparseConv {
 public:
  static constexpr int kBlock = 4;  // pixels
  static bool Supports(const ConvShape& shape);

  // The blocks of one image that are not zero, by their row's remainder modulo the stride.
  class Image {
   public:
    explicit Image(const SparseConv& conv);

   private:
    friend class SparseConv;
    AlignedBuffer<float> blocks_;          // [block][pixel][channel]
    AlignedBuffer<std::int32_t> words_;    // where each block lies in a frame, in words of 4 bytes
    AlignedBuffer<std::int32_t> offsets_;  // of each block's output pixel for the kernel's corner
    std::int32_t begin_[kBlock + 1] = {};  // of each remainder's blocks
  };

  // Scratch memory, for any image.
  class Scratch {
   public:
    explicit Scratch(const SparseConv& conv);

   private:
    friend class SparseConv;
    AlignedBuffer<float> outputs_, gradients_;  // with a border, see below
  };

  SparseConv(const ConvShape& shape, const PanelMatrix& matrix);

  // Reads the frames' blocks into `image`. False if too few are zero for it to pay.
  bool Read(std::span<const std::uint8_t* const> frames, Image& image) const;

  // As ConvLayer's, for the image that was read.
  void Forward(const float* parameters, const Image& image, Scratch& scratch, float* out) const;
  void BackwardWeights(const Image& image, Scratch& scratch, const float* d_out,
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

  ConvShape shape_;
  PanelMatrix matrix_;
  std::vector<std::int32_t> output_offsets_;  // of each word of a frame
};

}  // namespace arcadeq
