#pragma once

#include <cstddef>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "nn/cpu/layers/sparse_convolution.h"

namespace arcadeq::cpu {

// A stage, or a layer within one, that may be able to apply the ReLU that follows it.
class ReluFusing {
 public:
  virtual ~ReluFusing() = default;
  // Applies the ReLU from now on, if possible; returns whether it does. Called at most once.
  virtual bool FuseRelu() { return false; }
};

// The number of samples that pass through the layers of a SampleStage together.
inline constexpr int kGroupSamples = 4;

// A layer that processes a group of at most kGroupSamples samples at a time, so that activations
// stay in the cache from layer to layer. A sample's output and input gradient do not depend on the
// other samples.
class GroupLayer : public ReluFusing {
 public:
  virtual int out_size() const = 0;

  // The size, in floats, of what passes need that depends on the parameters alone; `backward`: of
  // what backward passes need as well.
  virtual std::size_t prepared_size(bool /*backward*/) const { return 0; }
  // Writes what ForwardGroup() needs; called before it, once for all groups.
  virtual void PrepareForward(const float* /*parameters*/, float* /*prepared*/) const {}
  // Adds what BackwardGroup() needs besides, given the same parameters and what PrepareForward()
  // wrote. Not called if the input needs no gradient.
  virtual void PrepareBackward(const float* /*parameters*/, float* /*prepared*/) const {}

  // The size, in floats, of the working memory for a pass over one group.
  virtual std::size_t scratch_size() const { return 0; }

  struct Pass {
    const float* parameters;
    const float* prepared;
    float* scratch;
    int samples;
  };
  struct Gradients {
    const float* const* in;   // by sample: the input of ForwardGroup()
    const float* const* out;  // its output
    float* const* d_out;      // the gradient of `out`; may be overwritten
    float* const* d_in;       // written; null pointers if there is nothing to write
    float* gradient;          // added to; has the layout of the parameters
  };
  // in, out: by sample.
  virtual void ForwardGroup(const Pass& pass, const float* const* in, float* const* out) const = 0;
  virtual void BackwardGroup(const Pass& pass, const Gradients& gradients) const = 0;
};

// A layer that has nothing to gain from a group and processes one sample at a time.
class SampleLayer : public GroupLayer {
 public:
  virtual void Forward(const float* parameters, const float* in, float* out) const = 0;

  struct SampleGradients {
    const float* parameters;
    const float* prepared;
    const float* in;   // the input of Forward()
    const float* out;  // the output of Forward()
    float* d_out;      // the gradient of `out`; may be overwritten
    float* d_in;       // written, unless null
    float* gradient;   // added to; has the layout of the parameters
  };
  virtual void Backward(const SampleGradients& gradients) const = 0;

  void ForwardGroup(const Pass& pass, const float* const* in, float* const* out) const final {
    for (int i = 0; i < pass.samples; ++i) Forward(pass.parameters, in[i], out[i]);
  }
  void BackwardGroup(const Pass& pass, const Gradients& gradients) const final {
    for (int i = 0; i < pass.samples; ++i) {
      Backward({.parameters = pass.parameters,
                .prepared = pass.prepared,
                .in = gradients.in[i],
                .out = gradients.out[i],
                .d_out = gradients.d_out[i],
                .d_in = gradients.d_in[i],
                .gradient = gradients.gradient});
    }
  }
};

// An observation as the first layer reads it.
struct Observation {
  StackView stack;
  SparseConvolution::Image blocks;
  bool sparse = false;  // the data are in `blocks`
};

// The layer that reads observations, whose frames need no gradient.
class ObservationLayer : public ReluFusing {
 public:
  struct Scratch {
    AlignedBuffer<float> image;
    SparseConvolution::Scratch sparse;
  };

  virtual int out_size() const = 0;
  virtual Observation MakeObservation() const = 0;
  virtual Scratch MakeScratch() const = 0;

  virtual void Read(const StackView& stack, Observation& observation) const = 0;
  virtual void Forward(const float* parameters, const Observation& observation, Scratch& scratch,
                       float* out) const = 0;
  // Adds to the gradient; d_out may be overwritten.
  virtual void Backward(const Observation& observation, Scratch& scratch, const float* out,
                        float* d_out, float* gradient) const = 0;
};

}  // namespace arcadeq::cpu
