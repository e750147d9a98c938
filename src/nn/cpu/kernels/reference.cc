#include "nn/cpu/kernels/reference.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <variant>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/tile_maps.h"
#include "nn/update_rule.h"

// Where the compiler may not assume an FMA instruction, as on plain x86-64, std::fma is a function
// call. There, let the compiler make a second version of each loop for processors with FMA, with
// the same results. (Sanitizers do not support the way such functions are linked.)
#if defined(__x86_64__) && !defined(__FMA__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define ARCADEQ_FAST_FMA __attribute__((target_clones("fma", "default")))
#else
#define ARCADEQ_FAST_FMA
#endif

namespace arcadeq::kernels {
namespace {

float WithoutSubnormals(float x) {
  return std::abs(x) >= std::numeric_limits<float>::min() ? x : 0.0f;
}

ARCADEQ_FAST_FMA
void MultiplyPanels(const PanelProduct& s, const Prefetch&) {
  for (int p = 0; p < s.w.count; ++p) {
    for (int i = 0; i < s.rows; ++i) {
      float* c = s.c + s.c_offsets[i] + p * kPanel;
      float sum[kPanel];
      for (int j = 0; j < kPanel; ++j) {
        sum[j] = s.start == Start::kZero   ? 0.0f
                 : s.start == Start::kBias ? s.bias[p * kPanel + j]
                                           : c[j];
      }
      const float* w = s.w.data + p * s.w.stride;
      for (int run = 0; run < s.runs; ++run) {
        const float* a = s.a + s.a_offsets[i] + run * s.run_stride;
        for (int k = 0; k < s.run_length; ++k, w += kPanel) {
          for (int j = 0; j < kPanel; ++j) sum[j] = std::fma(a[k], w[j], sum[j]);
        }
      }
      for (int j = 0; j < kPanel; ++j) {
        if (s.finish == Finish::kRelu) sum[j] = sum[j] > 0.0f ? sum[j] : 0.0f;
        c[j] = sum[j];
      }
    }
  }
}

ARCADEQ_FAST_FMA
void AddListedProducts(const ListedProduct& s) {
  for (int p = 0; p < s.w.count; ++p) {
    for (int i = 0; i < s.rows; ++i) {
      const float* a = s.a + std::ptrdiff_t{i} * s.k;
      float* c = s.c + s.c_offsets[i] + p * kPanel;
      for (int k = 0; k < s.k; ++k) {
        const float* w = s.w.data + p * s.w.stride + k * kPanel;
        for (int j = 0; j < kPanel; ++j) c[j] = std::fma(a[k], w[j], c[j]);
      }
    }
  }
}

ARCADEQ_FAST_FMA
void AddOuterProducts(const OuterProduct& s) {
  for (int p = 0; p < s.panels; ++p) {
    for (int k = 0; k < s.k; ++k) {
      float* w = s.w + p * s.panel_stride + k * kPanel;
      float sum[kPanel];
      for (int j = 0; j < kPanel; ++j) sum[j] = s.accumulate ? w[j] : 0.0f;
      for (int y = 0; y < s.height; ++y) {
        for (int x = 0; x < s.width; ++x) {
          const float a = s.a[y * s.a_y_stride + x * s.a_x_stride + k];
          const float* b = s.b + y * s.b_y_stride +
                           (s.b_offsets != nullptr ? s.b_offsets[x] : x * s.b_x_stride) +
                           p * kPanel;
          for (int j = 0; j < kPanel; ++j) sum[j] = std::fma(a, b[j], sum[j]);
        }
      }
      for (int j = 0; j < kPanel; ++j) w[j] = sum[j];
    }
  }
}

void TransposeBlocks(const BlockTranspose& s) {
  for (int b = 0; b < s.blocks; ++b) {
    for (int k = 0; k < kPanel; ++k) {
      for (int j = 0; j < kPanel; ++j) {
        s.out[(b * kPanel + j) * s.out_stride + k] = s.in[k * s.in_stride + b * s.block_stride + j];
      }
    }
  }
}

// map * x, where x and the result are `step` apart.
template <std::size_t rows, std::size_t columns>
void Multiply(const TileMatrix<rows, columns>& map, const float* x, std::size_t step, float* out) {
  for (std::size_t i = 0; i < rows; ++i) {
    float sum = 0;
    bool empty = true;
    for (std::size_t k = 0; k < columns; ++k) {
      if (map[i][k] == 0.0f) continue;
      const float term = map[i][k] * x[k * step];
      sum = std::exchange(empty, false) ? term : sum + term;
    }
    out[i * step] = sum;
  }
}

template <std::size_t rows, std::size_t columns>
void TransformBy(const TileMatrix<rows, columns>& map, const TileTransform& s) {
  for (int element = 0; element < s.n; ++element) {
    float in[4][4] = {}, half[4][4] = {}, out[4][4] = {};
    for (int y = 0; y < std::min<int>(columns, s.in_height); ++y) {
      for (int x = 0; x < std::min<int>(columns, s.in_width); ++x) {
        in[y][x] = s.in[y * s.in_y_stride + x * s.in_x_stride + element];
      }
    }
    for (std::size_t x = 0; x < columns; ++x) Multiply(map, &in[0][x], 4, &half[0][x]);
    for (std::size_t y = 0; y < rows; ++y) Multiply(map, half[y], 1, out[y]);
    for (int y = 0; y < std::min<int>(rows, s.out_height); ++y) {
      for (int x = 0; x < std::min<int>(rows, s.out_width); ++x) {
        float& result = s.out[y * s.out_y_stride + x * s.out_x_stride + element];
        const float sum = s.accumulate ? result + out[y][x] : out[y][x];
        result = s.finish == Finish::kRelu && !(sum > 0.0f) ? 0.0f : sum;
      }
    }
  }
}

void TransformTile(const TileTransform& s) {
  WithTileMatrix(
      s.map, [&]<const auto & kMap>() { TransformBy(kMap, s); });
}

void InterleaveFrames(const std::uint8_t* const* frames, int depth, int pixels, float* out) {
  for (int f = 0; f < depth; ++f) {
    for (int i = 0; i < pixels; ++i) {
      out[i * depth + f] = static_cast<float>(frames[f][i]) * (1.0f / 255.0f);
    }
  }
}

int FindBlocks(const std::uint8_t* const* frames, int depth, int first, int count, int rows,
               int stride, std::int32_t* blocks) {
  int found = 0;
  for (int row = 0; row < rows; ++row, first += stride) {
    for (int block = first; block < first + count; ++block) {
      int any = 0;
      for (int f = 0; f < depth; ++f) {
        for (int i = 0; i < 4; ++i) any |= frames[f][4 * block + i];
      }
      if (any != 0) blocks[found++] = block;
    }
  }
  return found;
}

void ReadBlocks(const std::uint8_t* const* frames, int depth, const std::int32_t* blocks, int count,
                float* out) {
  for (int b = 0; b < count; ++b) {
    const std::uint8_t* block[kMaxBlockDepth];
    for (int f = 0; f < depth; ++f) block[f] = frames[f] + 4 * blocks[b];
    InterleaveFrames(block, depth, 4, out + std::ptrdiff_t{b} * 4 * depth);
  }
}

void Relu(const float* in, int n, float* out) {
  for (int i = 0; i < n; ++i) out[i] = in[i] > 0.0f ? in[i] : 0.0f;
}

void MaskGradient(const float* out, int n, float* gradient) {
  for (int i = 0; i < n; ++i) gradient[i] = out[i] > 0.0f ? gradient[i] : 0.0f;
}

void SumRows(const float* a, int rows, std::ptrdiff_t stride, int columns, bool accumulate,
             float* sums) {
  for (int j = 0; j < columns; ++j) {
    float sum = accumulate ? sums[j] : 0.0f;
    for (int i = 0; i < rows; ++i) sum += a[i * stride + j];
    sums[j] = sum;
  }
}

ARCADEQ_FAST_FMA
double SumOfSquares(const float* a, std::size_t n) {
  float sums[kPanel] = {};
  for (std::size_t i = 0; i < n; i += kPanel) {
    for (std::size_t j = 0; j < kPanel; ++j) sums[j] = std::fma(a[i + j], a[i + j], sums[j]);
  }
  double total = 0.0;
  for (float sum : sums) total += sum;
  return total;
}

// The sum of a row's chains: adds the upper half to the lower until one is left.
float FoldChains(float (&chains)[kNormChains]) {
  for (int half = kNormChains / 2; half > 0; half /= 2) {
    for (int j = 0; j < half; ++j) chains[j] += chains[half + j];
  }
  return chains[0];
}

struct RowStatistics {
  float mean;
  float deviation;  // 1 / sqrt(variance + epsilon)
};

ARCADEQ_FAST_FMA
RowStatistics StatisticsOf(const RowNorm& s, const float* row) {
  const float scale = 1.0f / static_cast<float>(s.length);
  float sums[kNormChains] = {}, squares[kNormChains] = {};
  for (int i = 0; i < s.length; ++i) sums[i % kNormChains] += row[i];
  const float mean = FoldChains(sums) * scale;
  for (int i = 0; i < s.length; ++i) {
    const float difference = row[i] - mean;
    float& sum = squares[i % kNormChains];
    sum = std::fma(difference, difference, sum);
  }
  return {mean, 1.0f / std::sqrt(std::fma(FoldChains(squares), scale, s.epsilon))};
}

ARCADEQ_FAST_FMA
void NormaliseRows(const RowNorm& s, const float* in, float* out) {
  for (int row = 0; row < s.rows; ++row, in += s.stride, out += s.stride) {
    const RowStatistics statistics = StatisticsOf(s, in);
    for (int i = 0; i < RoundUpToPanel(s.length); ++i) {
      const float x = (in[i] - statistics.mean) * statistics.deviation;
      const float y = std::fma(x, s.weight[i], s.bias[i]);
      out[i] = s.finish == Finish::kRelu && !(y > 0.0f) ? 0.0f : y;
    }
  }
}

ARCADEQ_FAST_FMA
void NormaliseRowsBackward(const RowNorm& s, const float* in, const float* d_out, float* d_in,
                           float* d_weight, float* d_bias) {
  const float scale = 1.0f / static_cast<float>(s.length);
  for (int row = 0; row < s.rows; ++row, in += s.stride, d_out += s.stride, d_in += s.stride) {
    const auto [mean, deviation] = StatisticsOf(s, in);
    // Of the gradient of x, which is d_out * weight, and of its product with x.
    float sums[kNormChains] = {}, products[kNormChains] = {};
    for (int i = 0; i < s.length; ++i) {
      const float x = (in[i] - mean) * deviation;
      const float d_x = d_out[i] * s.weight[i];
      d_weight[i] = std::fma(d_out[i], x, d_weight[i]);
      d_bias[i] += d_out[i];
      sums[i % kNormChains] += d_x;
      float& product = products[i % kNormChains];
      product = std::fma(d_x, x, product);
    }
    const float mean_d_x = FoldChains(sums) * scale, mean_product = FoldChains(products) * scale;
    for (int i = 0; i < RoundUpToPanel(s.length); ++i) {
      const float x = (in[i] - mean) * deviation;
      const float d_x = d_out[i] * s.weight[i];
      d_in[i] = i < s.length ? deviation * std::fma(-mean_product, x, d_x - mean_d_x) : 0.0f;
    }
  }
}

// A step for one parameter with the gradient g.
inline void Apply(const AdamRule& s, float g, float& parameter, float& mean, float& square) {
  mean = WithoutSubnormals(std::fma(s.beta1, mean, s.one_minus_beta1 * g));
  square = WithoutSubnormals(std::fma(s.beta2, square, s.one_minus_beta2 * g * g));
  const float scale = std::fma(std::sqrt(square), s.variance_scale, s.epsilon);
  parameter -= s.step_size * mean / scale;
}

inline void Apply(const RmsPropRule& s, float g, float& parameter, float& mean, float& square) {
  mean = WithoutSubnormals(std::fma(s.decay, mean, s.one_minus_decay * g));
  square = WithoutSubnormals(std::fma(s.decay, square, s.one_minus_decay * g * g));
  const float variance = std::max(std::fma(-mean, mean, square), 0.0f);
  parameter -= s.learning_rate * g / std::sqrt(variance + s.epsilon);
}

template <typename Rule>
inline __attribute__((always_inline)) void StepAll(const Rule& rule, const ParameterStep& s,
                                                   std::size_t n, float* gradient) {
  for (std::size_t i = 0; i < n; ++i) {
    gradient[i] *= s.gradient_scale;
    Apply(rule, gradient[i], s.parameters[i], s.mean[i], s.square[i]);
    if (s.target != nullptr) {
      s.target[i] = std::fma(s.tau, s.parameters[i] - s.target[i], s.target[i]);
    }
  }
}

ARCADEQ_FAST_FMA
void StepParameters(const ParameterStep& s, std::size_t n, float* gradient) {
  if (const auto* adam = std::get_if<AdamRule>(&s.rule)) return StepAll(*adam, s, n, gradient);
  StepAll(std::get<RmsPropRule>(s.rule), s, n, gradient);
}

ARCADEQ_FAST_FMA
void StepOuterProducts(const OuterProduct& s, const ParameterStep& step, float* squares) {
  ParameterStep unscaled = step;
  unscaled.gradient_scale = 1.0f;
  for (int p = 0; p < s.panels; ++p) {
    for (int k = 0; k < s.k; ++k) {
      float gradient[kPanel] = {};
      OuterProduct row = s;
      row.a += k;
      row.k = 1;
      row.b += p * kPanel;
      row.panels = 1;
      row.w = gradient;
      row.accumulate = false;
      AddOuterProducts(row);
      float* sums = squares + p * kPanel;
      for (int j = 0; j < kPanel; ++j) sums[j] = std::fma(gradient[j], gradient[j], sums[j]);
      const auto offset = static_cast<std::size_t>(p * s.panel_stride + k * kPanel);
      StepParameters(unscaled.At(offset), kPanel, gradient);
    }
  }
}

}  // namespace

const Kernels kReference = {
    .multiply_panels = MultiplyPanels,
    .add_listed_products = AddListedProducts,
    .add_outer_products = AddOuterProducts,
    .step_outer_products = StepOuterProducts,
    .transpose_blocks = TransposeBlocks,
    .transform_tile = TransformTile,
    .interleave_frames = InterleaveFrames,
    .find_blocks = FindBlocks,
    .read_blocks = ReadBlocks,
    .relu = Relu,
    .mask_gradient = MaskGradient,
    .sum_rows = SumRows,
    .sum_of_squares = SumOfSquares,
    .normalise_rows = NormaliseRows,
    .normalise_rows_backward = NormaliseRowsBackward,
    .step_parameters = StepParameters,
};

}  // namespace arcadeq::kernels
