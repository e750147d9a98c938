#include "nn/cpu/kernels/instruction_sets.h"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/kernels/reference.h"
#ifdef ARCADEQ_SIMD
#include "nn/cpu/kernels/vectorised/vectorised.h"
#endif

namespace arcadeq::kernels {
namespace {

const std::vector<std::pair<std::string, Kernels>>& All() {
  static const auto all = [] {
    std::vector<std::pair<std::string, Kernels>> result;
#ifdef ARCADEQ_SIMD
    result = VectorisedKernels();
#endif
    result.emplace_back(kReferenceName, kReference);
    return result;
  }();
  return all;
}

}  // namespace

std::vector<std::string> InstructionSets() {
  std::vector<std::string> names;
  for (const auto& [name, kernels] : All()) names.push_back(name);
  return names;
}

const Kernels& KernelsFor(std::string_view instruction_set) {
  for (const auto& [name, kernels] : All()) {
    if (name == instruction_set) return kernels;
  }
  throw std::logic_error("no kernels for " + std::string(instruction_set));
}

bool HasFusedMultiplyAdd(std::string_view instruction_set) {
  return instruction_set == kReferenceName || instruction_set.starts_with("AVX") ||
         instruction_set.starts_with("NEON");
}

}  // namespace arcadeq::kernels
