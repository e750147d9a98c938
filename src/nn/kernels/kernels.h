#pragma once

#include <cstddef>
#include <cstdint>

namespace arcadeq::kernels {

// The arithmetic of the networks: everything that is worth vector instructions, and nothing else.
// The plain loops of reference.cc say what each kernel computes. The fast versions give the same
// bits as those loops and as each other (AVX2, AVX-512, NEON), because every element of a result is
// one chain of fused multiply-adds in one order, whatever the width of the vectors and the height
// of the tiles. Only processors without fused multiply-add (SSE4) round differently.
//
// Kernels take pointers, check nothing, allocate nothing and may run on many threads at once as
// long as what they write is disjoint.

// Weights lie in panels of 16 output columns: [panel][row][16], so that one row of a panel is one
// to four vectors and a product walks through a panel from its start to its end.
inline constexpr int kPanel = 16;

constexpr int RoundUpToPanel(int n) {
  return (n + kPanel - 1) / kPanel * kPanel;
}

// What a sum begins with: nothing, the column's bias, or what the result holds already.
enum class Start { kZero, kBias, kPresent };
// What becomes of a finished sum.
enum class Finish { kNone, kRelu };

// c[i][16 p + j] = finish(start + sum over k of a[i][k] * w[p][k][j]), k ascending.
//
// Row i of a begins at a + a_offsets[i] and is `runs` runs of `run_length` floats, `run_stride`
// apart: a patch of an image is as good as a row of a matrix, and a convolution needs no copy of
// its input. run_length is a multiple of 4. c_offsets likewise.
struct PanelProduct {
  int rows = 0;
  const float* a = nullptr;
  const std::int32_t* a_offsets = nullptr;
  int runs = 1;
  int run_length = 0;
  std::ptrdiff_t run_stride = 0;

  const float* w = nullptr;
  int panels = 0;
  std::ptrdiff_t panel_stride = 0;  // between panels of w, in floats

  float* c = nullptr;
  const std::int32_t* c_offsets = nullptr;

  Start start = Start::kZero;
  const float* bias = nullptr;  // [panels * 16], for kBias
  Finish finish = Finish::kNone;

  // If not null, weights that a later product reads, to be brought nearer meanwhile: for each panel
  // of this product run_length rows of 16 floats, 16 after each other and then `next_stride` on;
  // `next_panel_stride` from one panel's to the other's. They need not be there.
  const float* next = nullptr;
  std::ptrdiff_t next_stride = 0;
  std::ptrdiff_t next_panel_stride = 0;

  // If not 0, it is the rows of a, so many floats apart and a cache line (16 floats) in each run,
  // that are brought nearer meanwhile, a tile ahead.
  std::ptrdiff_t a_spacing = 0;
};
void MultiplyPanels(const PanelProduct& product);

// c[c_offsets[i] + 16 p + j] += sum over k of a[i][k] * w[p][k][j], k ascending, rows of a one
// after the other: few k for many rows that lie anywhere, no two at the same place. `k` is a
// multiple of 4.
struct ListedProduct {
  int rows = 0;
  const float* a = nullptr;
  int k = 0;
  const float* w = nullptr;
  int panels = 0;
  std::ptrdiff_t panel_stride = 0;
  float* c = nullptr;
  const std::int32_t* c_offsets = nullptr;
};
void AddListedProducts(const ListedProduct& product);

// w[p][k][j] = (accumulate ? w[p][k][j] : 0) + sum over y, x of a[y][x][k] * b[y][x][16 p + j],
// y ascending and x within y: the gradient of the weights of a product. b[x] begins at b_offsets[x]
// instead if that is not null; height is 1 then.
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
void AddOuterProducts(const OuterProduct& product);

// Transposes blocks of 16x16: 16 rows, each `blocks` times 16 floats that are `block_stride` apart.
// out[(16 b + j) * out_stride + k] = in[k * in_stride + b * block_stride + j].
struct BlockTranspose {
  const float* in = nullptr;
  std::ptrdiff_t in_stride = 0;
  int blocks = 0;
  std::ptrdiff_t block_stride = 0;
  float* out = nullptr;
  std::ptrdiff_t out_stride = 0;
};
void TransposeBlocks(const BlockTranspose& transpose);

// out[pixel][f] = frames[f][pixel] / 255, as a product with the reciprocal.
void InterleaveFrames(const std::uint8_t* const* frames, int depth, int pixels, float* out);

// Blocks of four pixels of a stack of at most kMaxBlockDepth frames, which begin at multiples of 4
// bytes. FindBlocks() writes the numbers of those that are not zero in all frames, of `count` from
// `first` on in each of `rows` rows, which are `stride` blocks apart, and returns how many; it may
// write 16 more numbers. ReadBlocks() writes
// what InterleaveFrames() does for the blocks of such a list, one after the other; it may write 16
// floats more.
inline constexpr int kMaxBlockDepth = 4;
int FindBlocks(const std::uint8_t* const* frames, int depth, int first, int count, int rows,
               int stride, std::int32_t* blocks);
void ReadBlocks(const std::uint8_t* const* frames, int depth, const std::int32_t* blocks, int count,
                float* out);

// out[i] = max(in[i], 0). n is a multiple of 16.
void Relu(const float* in, int n, float* out);

// gradient[i] = activation[i] > 0 ? gradient[i] : 0, the gradient of ReLU. n is a multiple of 16.
void MaskGradient(const float* activation, int n, float* gradient);

// sums[j] = (accumulate ? sums[j] : 0) + sum over i of a[i * stride + j], i ascending; `columns` is
// a multiple of 16.
void SumRows(const float* a, int rows, std::ptrdiff_t stride, int columns, bool accumulate,
             float* sums);

// The sum of squares of n floats, n a multiple of 16: sixteen chains, element i in chain i % 16,
// added up in double.
double SumOfSquares(const float* a, std::size_t n);

// One step of an optimiser on n parameters, n a multiple of 16. The gradient is scaled by
// `gradient_scale` first, and kept so.
struct AdamStep {
  float beta1, beta2;
  float one_minus_beta1, one_minus_beta2;
  float step_size;       // learning rate / (1 - beta1^t)
  float variance_scale;  // 1 / sqrt(1 - beta2^t)
  float epsilon;
  float gradient_scale;
};
// m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
// p -= step_size * m / (sqrt(v) * variance_scale + epsilon).
//
// Moments below the least normal number become zero, here and in RmsProp(): those of a unit that
// has died decay until they are subnormal and would stay so, and many processors are slow on
// subnormal numbers.
void Adam(const AdamStep& step, std::size_t n, float* gradient, float* parameters, float* m,
          float* v);

struct RmsPropStep {
  float decay, one_minus_decay;
  float learning_rate;
  float epsilon;
  float gradient_scale;
};
// mean = decay mean + (1 - decay) g; square = decay square + (1 - decay) g^2;
// p -= learning_rate * g / sqrt(max(square - mean^2, 0) + epsilon).
void RmsProp(const RmsPropStep& step, std::size_t n, float* gradient, float* parameters,
             float* mean, float* square);

// target += tau * (online - target); n is a multiple of 16.
void Blend(const float* online, float tau, std::size_t n, float* target);

// A whole step for parameters that lie as their gradient does: the optimiser's, then the target
// network's blend.
struct ParameterStep {
  enum class Rule { kAdam, kRmsProp };
  Rule rule = Rule::kAdam;
  AdamStep adam{};         // for kAdam
  RmsPropStep rms_prop{};  // for kRmsProp

  float* parameters = nullptr;
  float* mean = nullptr;    // of the gradients
  float* square = nullptr;  // of their squares
  float* target = nullptr;  // null: no blend
  float tau = 0;

  // The step of the parameters from `offset` on.
  ParameterStep At(std::size_t offset) const {
    ParameterStep step = *this;
    step.parameters += offset;
    step.mean += offset;
    step.square += offset;
    if (step.target != nullptr) step.target += offset;
    return step;
  }
};

// Adam() or RmsProp(), then Blend().
void StepParameters(const ParameterStep& step, std::size_t n, float* gradient);

// Takes the step with the gradient that AddOuterProducts() would write without accumulating, which
// is not stored (`product.w` and the step's gradient_scale are not read). Adds to the sums of its
// squares, in a chain for each column, k ascending: squares[16 p + j] += gradient[p][k][j]^2.
void StepOuterProducts(const OuterProduct& product, const ParameterStep& step, float* squares);

}  // namespace arcadeq::kernels
