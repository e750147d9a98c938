#pragma once

#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::kernels {

// The plain loops that define the kernels.
extern const Kernels kReference;

}  // namespace arcadeq::kernels
