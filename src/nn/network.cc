#include "nn/network.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/settings.h"
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

double Network::Activations::Layer::DeadShare() const {
  return static_cast<double>(std::ranges::count(peaks, 0.0f)) / static_cast<double>(peaks.size());
}

void NetworkConfig::Declare(Settings& settings) {
  settings.Add("network.architecture", &architecture, architectures.names(),
               "Architecture of the layers before the last hidden one (docs/network.md)");
  settings.Add("network.hidden", &hidden, 1, 8192,
               "Number of units in a hidden layer, per stream if dueling");
  settings.Add("network.dueling", &dueling, "Use separate value and advantage streams");
  settings.Add("network.normalisation", &normalisation, {"none", "channels", "sample"},
               "Layer normalisation before each ReLU: none, over the channels of each pixel, or "
               "over the whole sample");
  settings.Add("network.backend", &backend, {kVectorised, kReference},
               "Use vector instructions, or plain loops with the same results");
  architectures.Declare(settings);
}

void NetworkConfig::Check() const {
  architectures.Check(architecture);
}

std::unique_ptr<Network> MakeNetwork(const NetworkConfig& config, const NetworkShape& shape) {
  if (config.backend == kReference) {
    return std::make_unique<cpu::CpuNetwork>(config, shape,
                                             kernels::KernelsFor(kernels::kReferenceName));
  }
  const std::string best = kernels::InstructionSets().front();
  if (best == kernels::kReferenceName) {
    ThrowUserError("network.backend = {} is not in this build; use {}", config.backend, kReference);
  }
  const std::string& chosen = config.instruction_set;
  return std::make_unique<cpu::CpuNetwork>(config, shape,
                                           kernels::KernelsFor(chosen.empty() ? best : chosen));
}

}  // namespace arcadeq
