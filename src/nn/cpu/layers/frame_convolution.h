#pragma once

#include <optional>

#include "base/frame.h"
#include "nn/cpu/frame_reader.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/convolution.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/layers/sparse_convolution.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

// A convolution of the frames: over the nonzero blocks if there are few of them, otherwise over the
// whole image, with the same bits.
class FrameConvolution : public ObservationLayer {
 public:
  FrameConvolution(const kernels::Kernels& kernels, const FrameFormat& frame, int stack,
                   const ConvolutionShape& shape, const PanelMatrix& matrix);

  int out_size() const override { return dense_.out_size(); }
  bool FuseRelu() override { return dense_.FuseRelu() && (!sparse_ || sparse_->FuseRelu()); }
  Observation MakeObservation() const override;
  Scratch MakeScratch() const override;
  void Read(const StackView& stack, Observation& observation) const override;
  void Forward(const float* parameters, const Observation& observation, Scratch& scratch,
               float* out) const override;
  void Backward(const Observation& observation, Scratch& scratch, const float* out, float* d_out,
                float* gradient) const override;

 private:
  FrameReader reader_;
  Convolution dense_;
  std::optional<SparseConvolution> sparse_;  // if it supports the shape
};

}  // namespace arcadeq::cpu
