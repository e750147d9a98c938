#pragma once

#include <string>
#include <vector>

#include "base/highway_targets.h"

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
