#include "nn/architecture.h"
#include "nn/architectures/architectures.h"
#include "nn/network.h"

namespace arcadeq::architectures {

// Two convolutions. On 84x84x4 and without dueling it is the network of Mnih et al. 2013.
Architecture Article(const NetworkConfig& config, const NetworkShape& shape) {
  using namespace layers;
  Architecture net = {
      Convolution{.name = "conv1", .filters = 16, .kernel = 8, .stride = 4},
      Normalisation{},
      Relu{},
      Convolution{.name = "conv2", .filters = 32, .kernel = 4, .stride = 2},
      Normalisation{},
      Relu{},
  };
  AppendHead(config, shape, "hidden", net);
  return net;
}

}  // namespace arcadeq::architectures
