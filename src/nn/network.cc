#include "nn/network.h"

#include "nn/cpu/network.h"

namespace arcadeq {

void NetworkConfig::Declare(Settings& settings) {
  settings.Add("network.architecture", &architecture, {"article", "nature", "mlp"},
               "Layers before the streams: two convolutions, three, or none but a dense one");
  settings.Add("network.hidden", &hidden, 1, 8192,
               "Units of a hidden layer, of each stream's if dueling");
  settings.Add("network.dueling", &dueling, "Separate value and advantage streams");
}

std::unique_ptr<Network> MakeNetwork(const NetworkConfig& config, const NetworkShape& shape) {
  return std::make_unique<CpuNetwork>(config, shape);
}

}  // namespace arcadeq
