#include <memory>

#include "base/choice.h"
#include "nn/architecture.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

// A dense layer on the flattened stack, then the hidden layer.
struct Mlp {
  Architecture operator()(const NetworkConfig& config, const NetworkShape& shape) const {
    using namespace layers;
    Architecture net{{
        Dense{{{.name = "hidden1", .units = static_cast<int>(config.hidden)}}},
        Normalisation{},
        Relu{},
    }};
    AppendHead(config, shape, "hidden2", net);
    return net;
  }
};

}  // namespace

KindPointer<ArchitectureMaker> MlpKind() {
  return std::make_unique<KindBy<ArchitectureMaker, NoSettings, Mlp>>();
}

}  // namespace arcadeq
