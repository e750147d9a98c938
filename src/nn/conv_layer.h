#pragma once

#include <cstdint>
#include <vector>

#include "nn/layout.h"

namespace arcadeq {

// A convolution without padding over one channels-last image.
struct ConvShape {
  int height = 0;  // of the input
  int width = 0;
  int channels = 0;
  int filters = 0;  // a multiple of 16
  int kernel = 0;   // both ways
  int stride = 0;   // both ways

  int out_height() const { return (height - kernel) / stride + 1; }
  int out_width() const { return (width - kernel) / stride + 1; }
  int out_pixels() const { return out_height() * out_width(); }
  int in_size() const { return height * width * channels; }
  int out_size() const { return out_pixels() * filters; }
  int weight_rows() const { return kernel * kernel * channels; }
};

// Convolution and ReLU, one sample at a time: a sample's activations stay in the cache from layer
// to layer. kernel * channels is a multiple of 8; BackwardInput() needs channels a multiple of 16.
class ConvLayer {
 public:
  ConvLayer(const ConvShape& shape, const PanelMatrix& matrix);

  const ConvShape& shape() const { return shape_; }

  void Forward(const float* parameters, const float* in, float* out) const;

  // Adds to the gradient of weights and biases. d_out is the gradient before ReLU, that is with
  // zeros where `out` was zero.
  void BackwardWeights(const float* in, const float* d_out, float* gradient) const;

  // Writes the gradient of the input, which is itself the ReLU of a convolution: zero where `in` is
  // zero. `transposed` is what TransposeWeights() wrote.
  void BackwardInput(const float* transposed, const float* in, const float* d_out,
                     float* d_in) const;

  // The weights as BackwardInput() wants them: [kernel * kernel][channels / 16][filters][16].
  void TransposeWeights(const float* parameters, float* transposed) const;
  std::size_t transposed_size() const {
    return static_cast<std::size_t>(shape_.weight_rows()) * shape_.filters;
  }

 private:
  int taps() const { return shape_.kernel * shape_.kernel; }

  ConvShape shape_;
  PanelMatrix matrix_;
  std::vector<std::int32_t> in_offsets_;   // of each output pixel's first input element
  std::vector<std::int32_t> out_offsets_;  // of each output pixel
};

}  // namespace arcadeq
