#include "nn/cpu/layers/frame_convolution.h"

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/convolution_shape.h"
#include "nn/cpu/layers/sparse_convolution.h"
#include "nn/cpu/parameter_layout.h"

namespace arcadeq::cpu {

FrameConvolution::FrameConvolution(const kernels::Kernels& kernels, const FrameFormat& frame,
                                   int stack, const ConvolutionShape& shape,
                                   const PanelMatrix& matrix)
    : reader_(kernels, frame, stack), dense_(kernels, shape, matrix) {
  if (frame.element == ElementType::kUint8 && SparseConvolution::Supports(shape)) {
    sparse_.emplace(kernels, shape, matrix);
  }
}

Observation FrameConvolution::MakeObservation() const {
  Observation observation;
  if (sparse_) observation.blocks = sparse_->MakeImage();
  return observation;
}

ObservationLayer::Scratch FrameConvolution::MakeScratch() const {
  Scratch scratch;
  scratch.image = AlignedBuffer<float>(reader_.size());
  if (sparse_) scratch.sparse = sparse_->MakeScratch();
  return scratch;
}

void FrameConvolution::Read(const StackView& stack, Observation& observation) const {
  observation.stack = stack;
  observation.sparse = sparse_ && sparse_->Read(stack.frames, observation.blocks);
}

void FrameConvolution::Forward(const float* parameters, const Observation& observation,
                               Scratch& scratch, float* out) const {
  if (sparse_ && observation.sparse) {
    return sparse_->Forward(parameters, observation.blocks, scratch.sparse, out);
  }
  reader_.Read(observation.stack, scratch.image.data());
  dense_.Forward(parameters, scratch.image.data(), out);
}

void FrameConvolution::Backward(const Observation& observation, Scratch& scratch, const float* out,
                                float* d_out, float* gradient) const {
  if (sparse_ && observation.sparse) {
    return sparse_->Backward(observation.blocks, scratch.sparse, out, d_out, gradient);
  }
  reader_.Read(observation.stack, scratch.image.data());
  dense_.Backward({.parameters = nullptr,
                   .prepared = nullptr,
                   .in = scratch.image.data(),
                   .out = out,
                   .d_out = d_out,
                   .d_in = nullptr,
                   .gradient = gradient});
}

}  // namespace arcadeq::cpu
