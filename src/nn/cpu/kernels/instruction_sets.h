#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::kernels {

// The name of the reference loops, which every build has.
inline constexpr const char* kReferenceName = "reference";

// What kernels there are: Highway's names of the instruction sets that this build is vectorised for
// and this processor can run ("AVX3" is AVX-512), best first, and then kReferenceName.
std::vector<std::string> InstructionSets();

// Throws std::logic_error for any other name.
const Kernels& KernelsFor(std::string_view instruction_set);

// Whether its multiply-adds round once, so that it gives the reference's bits.
bool HasFusedMultiplyAdd(std::string_view instruction_set);

}  // namespace arcadeq::kernels
