// What the fast kernels share, compiled once for each target (hence Highway's kind of include
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

// Sums that are to stay in registers must be in arrays whose loops the compiler unrolls whole.
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

// Keeps a loaded vector in a register: left alone, GCC folds the load into every multiply-add that
// uses it, and loads then limit the speed.
HWY_INLINE void KeepVector(V& v) {
#if HWY_ARCH_X86 && HWY_COMPILER_GCC_ACTUAL && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  asm volatile("" : "+v"(v.raw));
#else
  (void)v;
#endif
}

// Keeps a pointer in a register of its own: left alone, GCC replaces many pointers that move alike
// by one and a calculation each time.
HWY_INLINE void KeepPointer(const float*& p) {
#if HWY_ARCH_X86
  asm("" : "+r"(p));
#else
  (void)p;
#endif
}

// Brings a cache line into the second cache: the first has no room for what is not needed yet.
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
