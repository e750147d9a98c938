#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// A convolution of float images. kernel * channels must be a multiple of 8, and channels a multiple
// of 16 if the input needs a gradient.
class Convolution : public SampleLayer {
 public:
  Convolution(const kernels::Kernels& kernels, const ConvolutionShape& shape,
              const PanelMatrix& matrix);

  int out_size() const override { return shape_.out_size(); }
  bool FuseRelu() override;
  void Forward(const float* parameters, const float* in, float* out) const override;
  // The weights, arranged for the gradient of the input: [kernel * kernel][channels /
  // 16][filters][16].
  std::size_t prepared_size(bool backward) const override;
  void PrepareBackward(const float* parameters, float* prepared) const override;
  void Backward(const SampleGradients& gradients) const override;

 private:
  void AddWeightGradient(const float* in, const float* d_out, float* gradient) const;
  void InputGradient(const float* transposed, const float* d_out, float* d_in) const;

  const kernels::Kernels& kernels_;
  ConvolutionShape shape_;
  PanelMatrix matrix_;
  bool relu_ = false;
  std::vector<std::int32_t> in_offsets_;   // by output pixel: its first input element
  std::vector<std::int32_t> out_offsets_;  // by output pixel
};

}  // namespace arcadeq::cpu
