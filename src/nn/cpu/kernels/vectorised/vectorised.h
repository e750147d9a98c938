#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/highway_targets.h"  // IWYU pragma: keep (foreach_target.h reads it)
#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::kernels {

// The kernels of each instruction set that this processor can run, best first, by Highway's names.
std::vector<std::pair<std::string, Kernels>> VectorisedKernels();

// Each sets the kernels of one file, for the instruction set that Highway dispatches to.
void SetElementwise(Kernels& kernels);
void SetNormalisation(Kernels& kernels);
void SetOuterProducts(Kernels& kernels);
void SetProducts(Kernels& kernels);
void SetTileTransforms(Kernels& kernels);
void SetUpdates(Kernels& kernels);

}  // namespace arcadeq::kernels
