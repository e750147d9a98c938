#include "nn/cpu/kernels/vectorised/vectorised.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <hwy/highway.h>

#include "nn/cpu/kernels/kernels.h"

namespace arcadeq::kernels {

std::vector<std::pair<std::string, Kernels>> VectorisedKernels() {
  std::vector<std::pair<std::string, Kernels>> all;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    Kernels& kernels = all.emplace_back(hwy::TargetName(target), Kernels{}).second;
    for (const auto set : {SetElementwise, SetNormalisation, SetOuterProducts, SetProducts,
                           SetTileTransforms, SetUpdates}) {
      set(kernels);
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  return all;
}

}  // namespace arcadeq::kernels
