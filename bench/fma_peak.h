#pragma once

namespace arcadeq {

// The multiply-adds in GFLOP/s (two operations each) that one core can do on the instruction set
// that the kernels use: independent chains in registers, for about a millisecond. Neighbours on the
// machine lower it, so ask often and keep the best.
double MeasureFmaPeak();

}  // namespace arcadeq
