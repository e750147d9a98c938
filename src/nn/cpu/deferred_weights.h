#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/thread_pool.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/dense_product.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {

// The second half of a backward pass: the gradient of dense layers' weights, which needs neither
// parameters nor observations. It is stored, or goes into the optimiser's step as it is made, a
// piece at a time; the step of the other parameters is taken from their stored gradient.
class DeferredWeights {
 public:
  // What the stages read and the gradients of what they return, by stage.
  struct Activations {
    std::span<const BatchView> in;
    std::span<const BatchView> d_out;
  };

  // Memory for a step.
  class Scratch {
   public:
    explicit Scratch(const DeferredWeights& weights);

   private:
    friend class DeferredWeights;
    AlignedBuffer<float> column_squares_;  // [piece][widest matrix]
    std::vector<double> piece_squares_;
  };

  // `buffer_size` is that of all parameters.
  DeferredWeights(const kernels::Kernels& kernels, std::span<const std::unique_ptr<Stage>> stages,
                  std::size_t buffer_size);

  void Store(const Activations& activations, ThreadPool& pool, float* gradient) const;
  // `gradient` holds that of all other parameters. Returns the sum of all squares.
  double Step(const Activations& activations, const kernels::ParameterStep& step, Scratch& scratch,
              ThreadPool& pool, float* gradient) const;

 private:
  // Rows of a matrix.
  struct Rows {
    std::size_t stage;
    const PlacedProduct* product;
    int first, count;
  };
  // Parameters whose gradient is stored.
  struct Range {
    std::size_t first, count;
  };

  std::size_t pieces() const { return rows_.size() + ranges_.size(); }
  double StepRows(const Rows& rows, const Activations& activations,
                  const kernels::ParameterStep& step, std::span<float> column_squares) const;

  const kernels::Kernels& kernels_;
  std::vector<Rows> rows_;
  std::vector<Range> ranges_;
  std::size_t max_columns_ = 0;
};

}  // namespace arcadeq::cpu
