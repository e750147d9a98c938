// Shared by the vectorised kernels; compiled once for each target (hence Highway's style of include
// guard).
#if defined(ARCADEQ_NN_VECTORISED_VECTOR_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ARCADEQ_NN_VECTORISED_VECTOR_INL_H_
#undef ARCADEQ_NN_VECTORISED_VECTOR_INL_H_
#else
#define ARCADEQ_NN_VECTORISED_VECTOR_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "nn/cpu/kernels/kernels.h"

// Arrays of sums stay in registers only if the compiler fully unrolls the loops over them.
#undef ARCADEQ_UNROLL
#if HWY_COMPILER_CLANG
#define ARCADEQ_UNROLL _Pragma("clang loop unroll(full)")
#else
#define ARCADEQ_UNROLL _Pragma("GCC unroll 32")
#endif

HWY_BEFORE_NAMESPACE();
namespace arcadeq::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, kPanel>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int kVectors = kPanel / kLanes;  // in one row of a panel

// Keeps a loaded vector in a register: otherwise GCC folds the load into every multiply-add that
// uses it, and loads become the bottleneck.
HWY_INLINE void KeepVector(V& v) {
#if HWY_ARCH_X86 && HWY_COMPILER_GCC_ACTUAL && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  asm volatile("" : "+v"(v.raw));
#else
  (void)v;
#endif
}

// Keeps a pointer in its own register: otherwise GCC replaces pointers that advance together by one
// pointer and an address calculation per access.
HWY_INLINE void KeepPointer(const float*& p) {
#if HWY_ARCH_X86
  asm("" : "+r"(p));
#else
  (void)p;
#endif
}

// Prefetches a cache line into the L2 cache: L1 has no room for data that are not needed yet.
HWY_INLINE void PrefetchToSecondCache(const float* p) {
#if HWY_COMPILER_GCC || HWY_COMPILER_CLANG
  __builtin_prefetch(p, /*write=*/0, /*locality=*/2);
#else
  hwy::Prefetch(p);
#endif
}

}  // namespace arcadeq::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
