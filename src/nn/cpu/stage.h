#pragma once

#include <memory>
#include <span>

#include "base/thread_pool.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/dense_product.h"

namespace arcadeq::cpu {

// A part of a network that works on a whole batch, with the layers that it is fused from. Its bits
// do not depend on the number of threads.
class Stage : public ReluFusing {
 public:
  // What Forward() leaves for Backward(), and memory to work in.
  class Workspace {
   public:
    virtual ~Workspace() = default;
  };

  // The part of a batch that a pass is over.
  struct Pass {
    const float* parameters;
    std::span<const Observation> observations;  // what the first stage reads
    BatchView in;                               // what the others read
    BatchView out;                              // what Forward() writes
    Workspace& workspace;
    ThreadPool& pool;
  };

  virtual int out_size() const = 0;  // of a sample, in floats
  // What reads the observations, if this stage does.
  virtual const ObservationLayer* observation_layer() const { return nullptr; }
  virtual bool has_parameters() const = 0;
  // For up to `max_batch` samples, of which the first `max_backward` can go backward.
  virtual std::unique_ptr<Workspace> MakeWorkspace(int max_batch, int max_backward) const = 0;

  // The products whose weights' gradient is left to DeferredWeights.
  virtual std::span<const PlacedProduct> deferred() const { return {}; }

  virtual void Forward(const Pass& pass) const = 0;
  // From the gradient of `out`, which may be overwritten, writes the gradient of the stage's
  // parameters, but for deferred weights, and unless `d_in` is null that of `in`.
  virtual void Backward(const Pass& pass, const BatchView& d_out, const BatchView* d_in,
                        float* gradient) const = 0;
};

}  // namespace arcadeq::cpu
