#include "nn/architecture.h"
#include "nn/architectures/architectures.h"
#include "nn/network.h"

namespace arcadeq::architectures {

// A dense layer on the flattened stack, then the hidden layer.
Architecture Mlp(const NetworkConfig& config, const NetworkShape& shape) {
  using namespace layers;
  Architecture net = {
      Dense{{{.name = "hidden1", .units = static_cast<int>(config.hidden)}}},
      Normalisation{},
      Relu{},
  };
  AppendHead(config, shape, "hidden2", net);
  return net;
}

}  // namespace arcadeq::architectures
