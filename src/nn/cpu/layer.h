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

// A layer that processes one sample at a time, so that activations stay in the cache from layer to
// layer.
class SampleLayer : public ReluFusing {
 public:
  virtual int out_size() const = 0;

  virtual void Forward(const float* parameters, const float* in, float* out) const = 0;

  // The size of the parameters rearranged for Backward(), prepared once for all samples.
  virtual std::size_t prepared_size() const { return 0; }
  virtual void Prepare(const float* /*parameters*/, float* /*prepared*/) const {}

  struct Gradients {
    const float* parameters;
    const float* prepared;
    const float* in;   // the input of Forward()
    const float* out;  // the output of Forward()
    float* d_out;      // the gradient of `out`; may be overwritten
    float* d_in;       // written, unless null
    float* gradient;   // added to; has the layout of the parameters
  };
  virtual void Backward(const Gradients& gradients) const = 0;
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
