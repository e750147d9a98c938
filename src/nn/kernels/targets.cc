#include "nn/kernels/targets.h"

#include <hwy/highway.h>

namespace arcadeq::kernels {
namespace {

std::vector<std::int64_t> TargetBits() {
  return hwy::SupportedAndGeneratedTargets();
}

}  // namespace

std::vector<std::string> Targets() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const std::int64_t target : TargetBits()) result.emplace_back(hwy::TargetName(target));
    return result;
  }();
  return names;
}

std::string CurrentTarget() {
  return hwy::TargetName(TargetBits().front());
}

void UseTarget(const std::string& name) {
  hwy::SetSupportedTargetsForTest(0);
  for (const std::int64_t target : TargetBits()) {
    if (name == hwy::TargetName(target)) hwy::SetSupportedTargetsForTest(target);
  }
}

bool HasFusedMultiplyAdd(const std::string& name) {
  return name.starts_with("AVX") || name.starts_with("NEON");
}

}  // namespace arcadeq::kernels
