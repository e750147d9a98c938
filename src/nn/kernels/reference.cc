#include "nn/kernels/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

// std::fma is a function call where the compiler may not assume the instruction, as on plain
// x86-64. There the compiler makes a second version of each loop for processors that have it, with
// the same results. (Sanitizers cannot live with the way such functions are linked.)
#if defined(__x86_64__) && !defined(__FMA__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define ARCADEQ_FAST_FMA __attribute__((target_clones("fma", "default")))
#else
#define ARCADEQ_FAST_FMA
#endif

namespace arcadeq::kernels::reference {
namespace {

float WithoutSubnormals(float x) {
  return std::abs(x) >= std::numeric_limits<float>::min() ? x : 0.0f;
}

}  // namespace

ARCADEQ_FAST_FMA
void MultiplyPanels(const PanelProduct& s) {
  for (int p = 0; p < s.panels; ++p) {
    for (int i = 0; i < s.rows; ++i) {
      float* c = s.c + s.c_offsets[i] + p * kPanel;
      float sum[kPanel];
      for (int j = 0; j < kPanel; ++j) {
        sum[j] = s.start == Start::kZero   ? 0.0f
                 : s.start == Start::kBias ? s.bias[p * kPanel + j]
                                           : c[j];
      }
      const float* w = s.w + p * s.panel_stride;
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
  for (int p = 0; p < s.panels; ++p) {
    for (int i = 0; i < s.rows; ++i) {
      const float* a = s.a + std::ptrdiff_t{i} * s.k;
      float* c = s.c + s.c_offsets[i] + p * kPanel;
      for (int k = 0; k < s.k; ++k) {
        const float* w = s.w + p * s.panel_stride + k * kPanel;
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
    reference::InterleaveFrames(block, depth, 4, out + std::ptrdiff_t{b} * 4 * depth);
  }
}

void Relu(const float* in, int n, float* out) {
  for (int i = 0; i < n; ++i) out[i] = in[i] > 0.0f ? in[i] : 0.0f;
}

void MaskGradient(const float* activation, int n, float* gradient) {
  for (int i = 0; i < n; ++i) gradient[i] = activation[i] > 0.0f ? gradient[i] : 0.0f;
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

ARCADEQ_FAST_FMA
void Adam(const AdamStep& s, std::size_t n, float* gradient, float* parameters, float* m,
          float* v) {
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gradient[i] * s.gradient_scale;
    gradient[i] = g;
    m[i] = WithoutSubnormals(std::fma(s.beta1, m[i], s.one_minus_beta1 * g));
    v[i] = WithoutSubnormals(std::fma(s.beta2, v[i], s.one_minus_beta2 * g * g));
    const float scale = std::fma(std::sqrt(v[i]), s.variance_scale, s.epsilon);
    parameters[i] -= s.step_size * m[i] / scale;
  }
}

ARCADEQ_FAST_FMA
void RmsProp(const RmsPropStep& s, std::size_t n, float* gradient, float* parameters, float* mean,
             float* square) {
  for (std::size_t i = 0; i < n; ++i) {
    const float g = gradient[i] * s.gradient_scale;
    gradient[i] = g;
    mean[i] = WithoutSubnormals(std::fma(s.decay, mean[i], s.one_minus_decay * g));
    square[i] = WithoutSubnormals(std::fma(s.decay, square[i], s.one_minus_decay * g * g));
    const float variance = std::max(std::fma(-mean[i], mean[i], square[i]), 0.0f);
    parameters[i] -= s.learning_rate * g / std::sqrt(variance + s.epsilon);
  }
}

ARCADEQ_FAST_FMA
void Blend(const float* online, float tau, std::size_t n, float* target) {
  for (std::size_t i = 0; i < n; ++i) {
    target[i] = std::fma(tau, online[i] - target[i], target[i]);
  }
}

void StepParameters(const ParameterStep& s, std::size_t n, float* gradient) {
  if (s.rule == ParameterStep::Rule::kAdam) {
    reference::Adam(s.adam, n, gradient, s.parameters, s.mean, s.square);
  } else {
    reference::RmsProp(s.rms_prop, n, gradient, s.parameters, s.mean, s.square);
  }
  if (s.target != nullptr) reference::Blend(s.parameters, s.tau, n, s.target);
}

ARCADEQ_FAST_FMA
void StepOuterProducts(const OuterProduct& s, const ParameterStep& step, float* squares) {
  ParameterStep unscaled = step;
  unscaled.adam.gradient_scale = unscaled.rms_prop.gradient_scale = 1.0f;
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
      reference::AddOuterProducts(row);
      float* sums = squares + p * kPanel;
      for (int j = 0; j < kPanel; ++j) sums[j] = std::fma(gradient[j], gradient[j], sums[j]);
      const auto offset = static_cast<std::size_t>(p * s.panel_stride + k * kPanel);
      reference::StepParameters(unscaled.At(offset), kPanel, gradient);
    }
  }
}

}  // namespace arcadeq::kernels::reference
