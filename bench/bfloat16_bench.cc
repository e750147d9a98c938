// Measures the benefit of bfloat16 for the register tile in which the dense layers spend their
// time, 8 rows by 32 columns with operands in the L1 cache: in float, and with AVX-512's dot
// products of bfloat16 pairs. See docs/decisions/bfloat16.md.

#include <benchmark/benchmark.h>

#if defined(__x86_64__)

#include <cstdint>
#include <vector>

#include <immintrin.h>

namespace {

constexpr int kRows = 8;
constexpr int kVectors = 2;  // of 16 columns
constexpr int kLanes = 16;
constexpr int kTerms = 256;
constexpr int kRowWords = kTerms + kLanes;

// Keeps a vector in a register, as in nn/cpu/kernels/vectorised/vector-inl.h.
template <typename Vector>
[[gnu::always_inline]] inline void Keep(Vector& v) {
#ifndef __clang__
  asm volatile("" : "+v"(v));
#else
  (void)v;
#endif
}

__attribute__((target("avx512f"))) void FloatTile(const float* a, const float* w, float* c) {
  __m512 sum[kRows * kVectors];
#pragma GCC unroll 16
  for (auto& each : sum) each = _mm512_setzero_ps();
  for (int k = 0; k < kTerms; ++k, w += kVectors * kLanes) {
    __m512 w0 = _mm512_loadu_ps(w), w1 = _mm512_loadu_ps(w + kLanes);
    Keep(w0);
    Keep(w1);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      __m512 x = _mm512_set1_ps(a[i * kRowWords + k]);
      Keep(x);
      sum[2 * i] = _mm512_fmadd_ps(x, w0, sum[2 * i]);
      Keep(sum[2 * i]);
      sum[2 * i + 1] = _mm512_fmadd_ps(x, w1, sum[2 * i + 1]);
      Keep(sum[2 * i + 1]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows * kVectors; ++i) _mm512_storeu_ps(c + i * kLanes, sum[i]);
}

// Words are pairs of terms.
__attribute__((target("avx512f,avx512bf16"))) void Bfloat16Tile(const std::int32_t* a,
                                                                const std::int32_t* w, float* c) {
  __m512 sum[kRows * kVectors];
#pragma GCC unroll 16
  for (auto& each : sum) each = _mm512_setzero_ps();
  for (int k = 0; k < kTerms / 2; ++k, w += kVectors * kLanes) {
    __m512i w0 = _mm512_loadu_si512(w), w1 = _mm512_loadu_si512(w + kLanes);
    Keep(w0);
    Keep(w1);
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      __m512i x = _mm512_set1_epi32(a[i * kRowWords + k]);
      Keep(x);
      sum[2 * i] = _mm512_dpbf16_ps(sum[2 * i], (__m512bh)x, (__m512bh)w0);
      Keep(sum[2 * i]);
      sum[2 * i + 1] = _mm512_dpbf16_ps(sum[2 * i + 1], (__m512bh)x, (__m512bh)w1);
      Keep(sum[2 * i + 1]);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows * kVectors; ++i) _mm512_storeu_ps(c + i * kLanes, sum[i]);
}

template <typename Word>
void Run(benchmark::State& state, bool supported, void (*tile)(const Word*, const Word*, float*)) {
  if (!supported) {
    state.SkipWithError("this processor lacks the instructions");
    return;
  }
  std::vector<Word> a(kRows * kRowWords), w(kTerms * kVectors * kLanes);
  std::vector<float> c(kRows * kVectors * kLanes);
  for (auto _ : state) {
    tile(a.data(), w.data(), c.data());
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.counters["GFLOP/s"] = benchmark::Counter(2e-9 * kRows * kVectors * kLanes * kTerms,
                                                 benchmark::Counter::kIsIterationInvariantRate);
}

void Float(benchmark::State& state) {
  Run(state, __builtin_cpu_supports("avx512f"), FloatTile);
}
void Bfloat16(benchmark::State& state) {
  Run(state, __builtin_cpu_supports("avx512bf16"), Bfloat16Tile);
}

BENCHMARK(Float);
BENCHMARK(Bfloat16);

}  // namespace

#endif  // __x86_64__

BENCHMARK_MAIN();
