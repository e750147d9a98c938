#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/layers/dense_product.h"

namespace arcadeq::cpu {

// Where a hidden layer's activations are: the first `layers` layers of stage `stage` return them.
struct HiddenLayer {
  std::vector<std::string> names;  // one per stream
  ActivationShape shape;
  std::size_t stage = 0;
  std::size_t layers = 0;
};

// A part of a network, made from one or more layers, that processes a whole batch. Its results do
// not depend on the number of threads.
class Stage : public ReluFusing {
 public:
  // State from Forward() for Backward(), and working memory.
  class Workspace {
   public:
    virtual ~Workspace() = default;
  };

  // The part of a batch that a pass covers.
  struct Pass {
    const float* parameters;
    std::span<const Observation> observations;  // input of the first stage
    BatchView in;                               // input of the others
    BatchView out;                              // output of Forward()
    Workspace& workspace;
    ThreadPool& pool;
  };

  virtual int out_size() const = 0;  // per sample, in floats
  virtual std::size_t layers() const { return 1; }
  // The layer that reads the observations, if this stage has it.
  virtual const ObservationLayer* observation_layer() const { return nullptr; }
  virtual bool has_parameters() const = 0;
  // For any number of samples, the first `max_backward` of which may have a backward pass.
  virtual std::unique_ptr<Workspace> MakeWorkspace(int max_backward) const = 0;

  // The products whose weight gradient is left to DeferredWeights.
  virtual std::span<const PlacedProduct> deferred() const { return {}; }

  virtual void Forward(const Pass& pass) const = 0;
  // What the first `layers` layers, at least one, returned for the samples of `out`, where
  // Forward() wrote its result. All samples must be able to go backward.
  virtual BatchView Returned(std::size_t /*layers*/, Workspace& /*workspace*/,
                             const BatchView& out) const {
    return out;
  }
  // Given the gradient of `out`, which it may overwrite, writes the gradient of the stage's
  // parameters, except deferred weights, and that of `in` unless `d_in` is null.
  virtual void Backward(const Pass& pass, const BatchView& d_out, const BatchView* d_in,
                        float* gradient) const = 0;
};

}  // namespace arcadeq::cpu
