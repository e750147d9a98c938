#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::kernels {

// The name of the reference loops, which are in every build.
inline constexpr const char* kReferenceName = "reference";

// The available kernels: Highway's names of the instruction sets that this build supports and this
// processor can run ("AVX3" is AVX-512), best first, followed by kReferenceName.
std::vector<std::string> InstructionSets();

// Throws std::logic_error for any other name.
const Kernels& KernelsFor(std::string_view instruction_set);

// Whether its multiply-adds round only once, so that results are identical to the reference's.
bool HasFusedMultiplyAdd(std::string_view instruction_set);

}  // namespace arcadeq::kernels
