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

// The second half of a backward pass: the gradient of the weights of dense layers, which needs
// neither parameters nor observations. The gradient is either stored, or passed to the optimiser's
// step piece by piece as it is computed. The other parameters step from their stored gradient.
class DeferredWeights {
 public:
  // By stage: the inputs, and the gradients of the outputs.
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

  // `buffer_size` is the size of all parameters.
  DeferredWeights(const kernels::Kernels& kernels, std::span<const std::unique_ptr<Stage>> stages,
                  std::size_t buffer_size);

  void Store(const Activations& activations, ThreadPool& pool, float* gradient) const;
  // `gradient` holds the gradient of all other parameters. Returns the sum of the squares of the
  // whole gradient.
  double Step(const Activations& activations, const kernels::ParameterStep& step, Scratch& scratch,
              ThreadPool& pool, float* gradient) const;

 private:
  // A range of rows of a matrix.
  struct Rows {
    std::size_t stage;
    const PlacedProduct* product;
    int first, count;
  };
  // A range of parameters whose gradient is stored.
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
