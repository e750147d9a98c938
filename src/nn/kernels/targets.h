#pragma once

#include <string>
#include <vector>

// Instruction sets that the fast kernels are not built for: SSSE3 gains nothing over SSE4, and the
// vectors of SVE and RVV have no size at compile time, so that none can be in an array (such
// processors run NEON's code or the fallback). Read by hwy/foreach_target.h.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

namespace arcadeq::kernels {

// The instruction sets that this build has kernels for and this processor can run, best first, by
// Highway's names ("AVX3" is AVX-512); {"plain"} in a build without SIMD.
std::vector<std::string> Targets();

// The one in use: the best, or what UseTarget() said last.
std::string CurrentTarget();

// Runs all kernels on one of Targets() from now on. For tests and benchmarks; not while kernels
// run.
void UseTarget(const std::string& name);

// Whether its multiply-adds round once, so that it gives the bits of the plain loops.
bool HasFusedMultiplyAdd(const std::string& name);

}  // namespace arcadeq::kernels
