#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::cpu {

// The output of one stream of a layer for a sample: an image, channels-last, or units (one pixel).
struct StreamShape {
  int height = 1;
  int width = 1;
  int channels = 0;

  int elements() const { return height * width * channels; }
};

// Streams lie side by side, each padded with zeros to a multiple of 16 floats.
struct ActivationShape {
  std::vector<StreamShape> streams;
  bool image = false;  // one stream, an image even if it has one pixel

  // The offset of a stream; for streams.size(), the end of all streams.
  int Offset(std::size_t stream) const {
    int offset = 0;
    for (std::size_t i = 0; i < stream; ++i) {
      offset += kernels::RoundUpToPanel(streams[i].elements());
    }
    return offset;
  }
  int size() const { return Offset(streams.size()); }
};

// A view of some columns of the activations (or their gradients) of the first `count` samples of a
// batch.
struct BatchView {
  float* data = nullptr;                  // sample 0
  const std::int32_t* offsets = nullptr;  // of each sample
  std::ptrdiff_t stride = 0;              // between samples
  int count = 0;

  float* sample(int i) const { return data + offsets[i]; }
  BatchView From(int column) const { return {data + column, offsets, stride, count}; }
};

// The activations of a layer for a batch: one row per sample, with columns zero-padded to a
// multiple of 16. Rows have a gap between them, so that the same column of many samples does not
// map to the same cache set. Has room for whole panels of 16 samples.
class BatchMatrix {
 public:
  BatchMatrix(int max_batch, int columns)
      : stride_(kernels::RoundUpToPanel(columns) + kernels::kPanel),
        data_(static_cast<std::size_t>(kernels::RoundUpToPanel(max_batch)) * stride_) {
    for (int i = 0; i < max_batch; ++i) offsets_.push_back(i * stride_);
  }

  BatchView View(int count) { return {data_.data(), offsets_.data(), stride_, count}; }

 private:
  int stride_;
  AlignedBuffer<float> data_;
  std::vector<std::int32_t> offsets_;
};

}  // namespace arcadeq::cpu
