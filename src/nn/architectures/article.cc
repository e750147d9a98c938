#include <memory>

#include "base/choice.h"
#include "nn/architecture.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

// Two convolutions. On 84x84x4 and without dueling it is the network of Mnih et al. 2013.
struct Article {
  Architecture operator()(const NetworkConfig& config, const NetworkShape& shape) const {
    using namespace layers;
    Architecture net{{
        Convolution{.name = "conv1", .filters = 16, .kernel = 8, .stride = 4},
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

KindPointer<ArchitectureMaker> ArticleKind() {
  return std::make_unique<KindBy<ArchitectureMaker, NoSettings, Article>>();
}

}  // namespace arcadeq
