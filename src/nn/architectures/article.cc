#include <memory>

#include "base/choice.h"
#include "nn/architecture.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

// Two convolutions, the first of which depends on the size of the frames.
template <int kKernel, int kStride>
struct TwoConvolutions {
  Architecture operator()(const NetworkConfig& config, const NetworkShape& shape) const {
    using namespace layers;
    Architecture net{{
        Convolution{.name = "conv1", .filters = 16, .kernel = kKernel, .stride = kStride},
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

// On 84x84x4 and without dueling it is the network of Mnih et al. 2013.
using Article = TwoConvolutions<8, 4>;

// Article for frames of half the height and width: its convolutions see the same parts of the
// screen and have as many outputs, but the first has a quarter of the weights.
using Compact = TwoConvolutions<4, 2>;

}  // namespace

KindPointer<ArchitectureMaker> ArticleKind() {
  return std::make_unique<KindBy<ArchitectureMaker, NoSettings, Article>>();
}

KindPointer<ArchitectureMaker> CompactKind() {
  return std::make_unique<KindBy<ArchitectureMaker, NoSettings, Compact>>();
}

}  // namespace arcadeq
