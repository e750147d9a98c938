#pragma once

namespace arcadeq {

// The multiply-adds in GFLOP/s (two operations each) that one core can do on the instruction set
// that the kernels use: independent chains in registers, for about a millisecond. It changes with
// the clock and with neighbours on the machine, so ask often, in between what is compared with it.
double MeasureFmaPeak();

}  // namespace arcadeq
