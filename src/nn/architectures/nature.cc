#include <memory>

#include "base/choice.h"
#include "nn/architecture.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

// Three convolutions: the network of Mnih et al. 2015, without dueling and with 512 hidden units.
struct Nature {
  Architecture operator()(const NetworkConfig& config, const NetworkShape& shape) const {
    using namespace layers;
    Architecture net{{
        Convolution{.name = "conv1", .filters = 32, .kernel = 8, .stride = 4},
        Normalisation{},
        Relu{},
        Convolution{.name = "conv2", .filters = 64, .kernel = 4, .stride = 2},
        Normalisation{},
        Relu{},
        Convolution{.name = "conv3", .filters = 64, .kernel = 3, .stride = 1},
        Normalisation{},
        Relu{},
    }};
    AppendHead(config, shape, "hidden", net);
    return net;
  }
};

}  // namespace

KindPointer<ArchitectureMaker> NatureKind() {
  return std::make_unique<KindBy<ArchitectureMaker, NoSettings, Nature>>();
}

}  // namespace arcadeq
