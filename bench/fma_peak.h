#pragma once

#include <string_view>

namespace arcadeq {

// Measures on this instruction set (of kernels::InstructionSets()) from now on, not on the best.
void UseInstructionSet(std::string_view name);

// The multiply-adds in GFLOP/s (two operations each) that one core can do: independent chains in
// registers, for about a millisecond. It changes with the clock and with neighbours on the machine,
// so ask often, in between what is compared with it.
double MeasureFmaPeak();

}  // namespace arcadeq
