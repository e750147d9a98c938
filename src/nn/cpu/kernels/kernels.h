#pragma once

#include <cstddef>
#include <cstdint>

#include "nn/update_rule.h"

namespace arcadeq::kernels {

// Weights are stored in panels of 16 output columns, [panel][row][16]: a row of a panel is one to
// four vectors, and a product reads a panel sequentially.
inline constexpr int kPanel = 16;

constexpr int RoundUpToPanel(int n) {
  return (n + kPanel - 1) / kPanel * kPanel;
}

// The initial value of a sum: zero, the column's bias, or the present value of the result.
enum class Start { kZero, kBias, kPresent };
// The operation applied to a finished sum.
enum class Finish { kNone, kRelu };

// Panels of weights: row k of panel p begins at data + p * stride + k * 16.
struct Panels {
  const float* data = nullptr;
  int count = 0;
  std::ptrdiff_t stride = 0;
};

// c[i][16 p + j] = finish(start + sum over k of a[i][k] * w[p][k][j]), k ascending.
//
// Row i of a begins at a + a_offsets[i] and consists of `runs` runs of `run_length` floats,
// `run_stride` apart, so that a patch of an image can serve as a row and a convolution need not
// copy its input. run_length is a multiple of 4. Row i of c begins at c + c_offsets[i].
struct PanelProduct {
  int rows = 0;
  const float* a = nullptr;
  const std::int32_t* a_offsets = nullptr;
  int runs = 1;
  int run_length = 0;
  std::ptrdiff_t run_stride = 0;

  Panels w;

  float* c = nullptr;
  const std::int32_t* c_offsets = nullptr;

  Start start = Start::kZero;
  const float* bias = nullptr;  // [w.count * 16], for kBias
  Finish finish = Finish::kNone;
};

// Memory that a product may prefetch into the caches; has no effect on the result. At most one of
// the two is set.
struct Prefetch {
  // Unless null, the weights of a later product: for each panel of this product `run_length` rows
  // of 16 floats, in groups of 16 rows that are `stride` apart; panels are `panel_stride` apart.
  // The memory need not exist.
  const float* weights = nullptr;
  std::ptrdiff_t stride = 0;
  std::ptrdiff_t panel_stride = 0;

  // Unless 0, the rows of a, one tile ahead: they are this many floats apart, and each run is a
  // cache line (16 floats).
  std::ptrdiff_t row_spacing = 0;
};

// c[c_offsets[i] + 16 p + j] += sum over k of a[i][k] * w[p][k][j], k ascending: few k for many
// rows, which are consecutive in a and at arbitrary, distinct places in c. `k` is a multiple of 4.
struct ListedProduct {
  int rows = 0;
  const float* a = nullptr;
  int k = 0;
  Panels w;
  float* c = nullptr;
  const std::int32_t* c_offsets = nullptr;
};

// w[p][k][j] = (accumulate ? w[p][k][j] : 0) + sum over y, x of a[y][x][k] * b[y][x][16 p + j],
// y ascending and x within y: the gradient of the weights of a product. If b_offsets is not null,
// height is 1 and b[x] begins at b_offsets[x].
struct OuterProduct {
  int height = 1;
  int width = 0;

  const float* a = nullptr;
  std::ptrdiff_t a_y_stride = 0;
  std::ptrdiff_t a_x_stride = 0;
  int k = 0;

  const float* b = nullptr;
  std::ptrdiff_t b_y_stride = 0;
  std::ptrdiff_t b_x_stride = 0;
  const std::int32_t* b_offsets = nullptr;

  float* w = nullptr;
  int panels = 0;
  std::ptrdiff_t panel_stride = 0;
  bool accumulate = false;
};

// Transposes 16x16 blocks of 16 rows, each of which has `blocks` groups of 16 floats,
// `block_stride` apart. out[(16 b + j) * out_stride + k] = in[k * in_stride + b * block_stride +
// j].
struct BlockTranspose {
  const float* in = nullptr;
  std::ptrdiff_t in_stride = 0;
  int blocks = 0;
  std::ptrdiff_t block_stride = 0;
  float* out = nullptr;
  std::ptrdiff_t out_stride = 0;
};

// The matrices of tile_maps.h. The number in a name is that of the outputs or taps in each
// direction.
enum class TileMap {
  kInput,
  kInputGradient,
  kOutputs2,
  kOutputs3,
  kOutputGradients2,
  kOutputGradients3,
  kTaps2,
  kTaps3,
  kTapGradients2,
  kTapGradients3,
};

// out = T in T^T for a map T, in and out being matrices of vectors of n floats:
//
//   w[i][l] = sum over k of T[i][k] * in[k][l]
//   out[i][j] = finish((accumulate ? out[i][j] : 0) + sum over l of T[j][l] * w[i][l])
//
// with k and l ascending, without the terms in which T is 0. Entry (y, x) of a matrix begins at
// y * y_stride + x * x_stride. Entries of `in` beyond its height or width are zeros, those of `out`
// are not written; height and width may exceed the matrix. n is a multiple of 16.
struct TileTransform {
  TileMap map = TileMap::kInput;
  int n = 0;

  const float* in = nullptr;
  std::ptrdiff_t in_y_stride = 0;
  std::ptrdiff_t in_x_stride = 0;
  int in_height = 4;
  int in_width = 4;

  float* out = nullptr;
  std::ptrdiff_t out_y_stride = 0;
  std::ptrdiff_t out_x_stride = 0;
  int out_height = 4;
  int out_width = 4;

  bool accumulate = false;
  Finish finish = Finish::kNone;
};

// Layer normalisation, independently for each row:
//   x[i] = (in[i] - mean) * deviation, deviation = 1 / sqrt(variance + epsilon);
//   out[i] = finish(x[i] * weight[i] + bias[i]).
// Rows begin `stride` floats apart, a multiple of 16. Rows, weight and bias are zero-padded from
// `length` to the next multiple of 16.
//
// Sums over a row use kNormChains chains, with element i in chain i % kNormChains; the chains are
// then folded in halves.
struct RowNorm {
  int rows = 1;
  int length = 0;
  std::ptrdiff_t stride = 0;
  float epsilon = 0;
  const float* weight = nullptr;
  const float* bias = nullptr;
  Finish finish = Finish::kNone;
};
inline constexpr int kNormChains = 64;

// A block is four pixels, at multiples of 4 bytes, of a stack of at most this many frames.
inline constexpr int kMaxBlockDepth = 4;

// One optimiser step for parameters with the same layout as their gradient, followed by the blend
// of the target network: target += tau * (parameters - target).
struct ParameterStep {
  UpdateRule rule;
  float gradient_scale = 1;  // applied to the gradient first and stored

  float* parameters = nullptr;
  float* mean = nullptr;
  float* square = nullptr;
  float* target = nullptr;  // null: no blend
  float tau = 0;

  // The step for the parameters from `offset` on.
  ParameterStep At(std::size_t offset) const {
    ParameterStep step = *this;
    step.parameters += offset;
    step.mean += offset;
    step.square += offset;
    if (step.target != nullptr) step.target += offset;
    return step;
  }
};

// The arithmetic of the networks: exactly the operations that are worth vector instructions.
// reference.cc defines what each kernel computes. The vectorised kernels (AVX2, AVX-512, NEON)
// produce the same bits as those loops, because every element of a result comes from chains of
// fused multiply-adds, or of additions, in a fixed order, whatever the width of the vectors and the
// height of the tiles. Only processors without fused multiply-add (SSE4) round differently.
//
// Kernels check nothing, allocate nothing, and may run concurrently as long as they write to
// disjoint memory.
struct Kernels {
  void (*multiply_panels)(const PanelProduct& product, const Prefetch& prefetch);
  void (*add_listed_products)(const ListedProduct& product);
  void (*add_outer_products)(const OuterProduct& product);
  // Takes the step with the gradient that add_outer_products would write without accumulating, but
  // does not store the gradient; reads neither product.w nor the step's gradient_scale. Adds the
  // squares of the gradient in one chain per column, k ascending: squares[16 p + j] +=
  // gradient[p][k][j]^2.
  void (*step_outer_products)(const OuterProduct& product, const ParameterStep& step,
                              float* squares);
  void (*transpose_blocks)(const BlockTranspose& transpose);
  void (*transform_tile)(const TileTransform& transform);

  // out[pixel][f] = frames[f][pixel] / 255, computed as a product with the reciprocal.
  void (*interleave_frames)(const std::uint8_t* const* frames, int depth, int pixels, float* out);
  // Finds the blocks that are nonzero in at least one frame, among the `count` blocks from `first`
  // on in each of `rows` rows, which are `stride` blocks apart. Writes their numbers to `blocks`,
  // which has room for all count * rows, and returns how many there are.
  int (*find_blocks)(const std::uint8_t* const* frames, int depth, int first, int count, int rows,
                     int stride, std::int32_t* blocks);
  // Writes what interleave_frames would for the listed blocks, consecutively. May write up to 16
  // more floats.
  void (*read_blocks)(const std::uint8_t* const* frames, int depth, const std::int32_t* blocks,
                      int count, float* out);

  // Below, n and `columns` are multiples of 16.

  // out[i] = max(in[i], 0).
  void (*relu)(const float* in, int n, float* out);
  // gradient[i] = out[i] > 0 ? gradient[i] : 0: the gradient of ReLU, from its output.
  void (*mask_gradient)(const float* out, int n, float* gradient);
  // sums[j] = (accumulate ? sums[j] : 0) + sum over i of a[i * stride + j], i ascending.
  void (*sum_rows)(const float* a, int rows, std::ptrdiff_t stride, int columns, bool accumulate,
                   float* sums);
  // The sum of squares of n floats: sixteen float chains, with element i in chain i % 16, added up
  // in double.
  double (*sum_of_squares)(const float* a, std::size_t n);

  void (*normalise_rows)(const RowNorm& norm, const float* in, float* out);
  // The gradients of normalise_rows (before `finish`): writes d_in and adds to those of weight and
  // bias, rows ascending. d_out is zero in the padding of rows.
  void (*normalise_rows_backward)(const RowNorm& norm, const float* in, const float* d_out,
                                  float* d_in, float* d_weight, float* d_bias);

  // Takes the step with a stored gradient.
  void (*step_parameters)(const ParameterStep& step, std::size_t n, float* gradient);
};

}  // namespace arcadeq::kernels
