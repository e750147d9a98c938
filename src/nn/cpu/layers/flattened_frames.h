#pragma once

#include "base/frame.h"
#include "nn/cpu/frame_reader.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"

namespace arcadeq::cpu {

// Converts the frames to floats, for a first layer that is not a convolution.
class FlattenedFrames : public ObservationLayer {
 public:
  explicit FlattenedFrames(const FrameReader& reader) : reader_(reader) {}

  int out_size() const override {
    return kernels::RoundUpToPanel(static_cast<int>(reader_.size()));
  }
  Observation MakeObservation() const override { return {}; }
  Scratch MakeScratch() const override { return {}; }
  void Read(const StackView& stack, Observation& observation) const override {
    observation.stack = stack;
  }
  void Forward(const float* /*parameters*/, const Observation& observation, Scratch& /*scratch*/,
               float* out) const override {
    reader_.Read(observation.stack, out);
  }
  void Backward(const Observation& /*observation*/, Scratch& /*scratch*/, const float* /*out*/,
                float* /*d_out*/, float* /*gradient*/) const override {}

 private:
  FrameReader reader_;
};

}  // namespace arcadeq::cpu
