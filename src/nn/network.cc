#include "nn/network.h"

#include "base/error.h"
#include "nn/architecture.h"
#include "nn/cpu/cpu_network.h"
#include "nn/cpu/kernels/instruction_sets.h"

namespace arcadeq {
namespace {

constexpr const char* kVectorised = "vectorised";
constexpr const char* kReference = "reference";

}  // namespace

std::vector<std::string> NetworkBackends() {
  if (kernels::InstructionSets().front() == kernels::kReferenceName) return {kReference};
  return {kVectorised, kReference};
}

void NetworkConfig::Declare(Settings& settings) {
  settings.Add("network.architecture", &architecture, ArchitectureNames(),
               "Layers before the streams: two convolutions, three, or none but a dense one");
  settings.Add("network.hidden", &hidden, 1, 8192,
               "Units of a hidden layer, of each stream's if dueling");
  settings.Add("network.dueling", &dueling, "Separate value and advantage streams");
  settings.Add("network.normalisation", &normalisation, {"none", "channels", "sample"},
               "Layer normalisation before each ReLU: over the channels of each pixel, or over "
               "the whole sample");
  settings.Add("network.backend", &backend, {kVectorised, kReference},
               "Vector instructions, or plain loops with the same results");
}

std::unique_ptr<Network> MakeNetwork(const NetworkConfig& config, const NetworkShape& shape) {
  if (config.backend == kReference) {
    return std::make_unique<cpu::CpuNetwork>(config, shape,
                                             kernels::KernelsFor(kernels::kReferenceName));
  }
  const std::string best = kernels::InstructionSets().front();
  if (best == kernels::kReferenceName) {
    ThrowUserError("network.backend = {} is not in this build; set it to {}", config.backend,
                   kReference);
  }
  const std::string& chosen = config.instruction_set;
  return std::make_unique<cpu::CpuNetwork>(config, shape,
                                           kernels::KernelsFor(chosen.empty() ? best : chosen));
}

}  // namespace arcadeq
