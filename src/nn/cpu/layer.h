#pragma once

#include <cstddef>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "nn/cpu/layers/sparse_convolution.h"

namespace arcadeq::cpu {

// What the planning pass makes of an architecture's layers runs in stages; a stage or a layer of
// one may be able to apply the ReLU that follows it itself.
class ReluFusing {
 public:
  virtual ~ReluFusing() = default;
  // From now on, if it can. To be asked once.
  virtual bool FuseRelu() { return false; }
};

// A layer that works on one sample at a time, whose activations then stay in the cache from layer
// to layer.
class SampleLayer : public ReluFusing {
 public:
  virtual int out_size() const = 0;

  virtual void Forward(const float* parameters, const float* in, float* out) const = 0;

  // What Backward() needs of the parameters in another form, made once for all samples.
  virtual std::size_t prepared_size() const { return 0; }
  virtual void Prepare(const float* /*parameters*/, float* /*prepared*/) const {}

  struct Gradients {
    const float* parameters;
    const float* prepared;
    const float* in;   // what Forward() read
    const float* out;  // what it wrote
    float* d_out;      // the gradient of `out`; may be overwritten
    float* d_in;       // to be written, unless null
    float* gradient;   // to be added to; of the parameters, and laid out as they are
  };
  virtual void Backward(const Gradients& gradients) const = 0;
};

// An observation as the first layer reads it.
struct Observation {
  StackView stack;
  SparseConvolution::Image blocks;
  bool sparse = false;  // `blocks` holds it
};

// The layer that reads observations. Their frames need no gradient.
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
