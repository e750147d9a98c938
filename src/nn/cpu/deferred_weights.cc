#include "nn/cpu/deferred_weights.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

#include "base/thread_pool.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layers/dense_product.h"
#include "nn/cpu/parameter_layout.h"
#include "nn/cpu/stage.h"

namespace arcadeq::cpu {
namespace {

// The sizes of a piece: rows of weights, floats of the stored gradient.
constexpr int kPieceRows = 128;
constexpr std::size_t kPieceFloats = 1 << 13;

}  // namespace

DeferredWeights::Scratch::Scratch(const DeferredWeights& weights)
    : column_squares_(weights.rows_.size() * weights.max_columns_),
      piece_squares_(weights.pieces()) {}

DeferredWeights::DeferredWeights(const kernels::Kernels& kernels,
                                 std::span<const std::unique_ptr<Stage>> stages,
                                 std::size_t buffer_size)
    : kernels_(kernels) {
  std::size_t begin = 0;  // of the range before the next matrix
  const auto add_range = [&](std::size_t end) {
    for (; begin < end; begin += ranges_.back().count) {
      ranges_.push_back({begin, std::min(kPieceFloats, end - begin)});
    }
  };
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (const PlacedProduct& product : stages[s]->deferred()) {
      const PanelMatrix& matrix = product.product.matrix();
      max_columns_ = std::max(max_columns_, static_cast<std::size_t>(matrix.columns));
      for (int row = 0; row < matrix.rows; row += kPieceRows) {
        rows_.push_back({s, &product, row, std::min(kPieceRows, matrix.rows - row)});
      }
      add_range(matrix.weights);
      begin = matrix.bias;
    }
  }
  add_range(buffer_size);
}

void DeferredWeights::Store(const Activations& activations, ThreadPool& pool,
                            float* gradient) const {
  pool.Run(static_cast<int>(rows_.size()), [&](int i) {
    const auto& [stage, product, first, count] = rows_[i];
    product->product.BackwardWeights(activations.in[stage].From(product->in_column),
                                     activations.d_out[stage].From(product->out_column), first,
                                     count, gradient);
  });
}

double DeferredWeights::StepRows(const Rows& rows, const Activations& activations,
                                 const kernels::ParameterStep& step,
                                 std::span<float> column_squares) const {
  std::ranges::fill(column_squares, 0.0f);
  const auto& [stage, product, first, count] = rows;
  product->product.StepWeights(activations.in[stage].From(product->in_column),
                               activations.d_out[stage].From(product->out_column), first, count,
                               step, column_squares.data());
  double sum = 0;
  for (float square : column_squares) sum += square;
  return sum;
}

double DeferredWeights::Step(const Activations& activations, const kernels::ParameterStep& step,
                             Scratch& scratch, ThreadPool& pool, float* gradient) const {
  pool.Run(static_cast<int>(pieces()), [&](int piece) {
    const auto i = static_cast<std::size_t>(piece);
    double& sum = scratch.piece_squares_[i];
    if (i < rows_.size()) {
      const std::span squares(scratch.column_squares_.data() + i * max_columns_, max_columns_);
      sum = StepRows(rows_[i], activations, step, squares);
    } else {
      const auto& [first, count] = ranges_[i - rows_.size()];
      sum = kernels_.sum_of_squares(gradient + first, count);
      kernels_.step_parameters(step.At(first), count, gradient + first);
    }
  });
  double total = 0;
  for (double sum : scratch.piece_squares_) total += sum;
  return total;
}

}  // namespace arcadeq::cpu
