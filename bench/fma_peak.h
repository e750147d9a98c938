#pragma once

#include <string_view>

namespace arcadeq {

// Measures with this instruction set (of kernels::InstructionSets()) from now on, instead of the
// best.
void UseInstructionSet(std::string_view name);

// Measures one core's peak of multiply-adds in GFLOP/s (two operations each): independent chains in
// registers, for about a millisecond. The peak varies with the clock rate and other load on the
// machine, so measure it often, in between what is compared with it.
double MeasureFmaPeak();

}  // namespace arcadeq
