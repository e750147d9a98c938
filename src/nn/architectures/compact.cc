#include <memory>

#include "base/choice.h"
#include "nn/architecture.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

// Article for frames of half the height and width: its convolutions see the same parts of the
// screen and have as many outputs, but the first has a quarter of the weights.
struct Compact {
  Architecture operator()(const NetworkConfig& config, const NetworkShape& shape) const {
    using namespace layers;
    Architecture net{{
        Convolution{.name = "conv1", .filters = 16, .kernel = 4, .stride = 2},
        Normalisation{},
        Relu{},
        Convolution{.name = "conv2", .filters = 32, .kernel = 4, .stride = 2},
        Normalisation{},
        Relu{},
    }};
    AppendHead(config, shape, "hidden", net);
    return net;
  }
};

}  // namespace

KindPointer<ArchitectureMaker> CompactKind() {
  return std::make_unique<KindBy<ArchitectureMaker, NoSettings, Compact>>();
}

}  // namespace arcadeq
