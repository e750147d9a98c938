#include "nn/architecture.h"

#include <algorithm>
#include <variant>

#include "base/choice.h"
#include "base/error.h"
#include "nn/architectures/architectures.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

// Whether an image with such a side is large enough for every convolution.
bool Fits(const Architecture& architecture, int side) {
  for (const Layer& layer : architecture.layers) {
    if (const auto* convolution = std::get_if<layers::Convolution>(&layer)) {
      side = convolution->OutputSide(side);
      if (side < 1) return false;
    }
  }
  return true;
}

}  // namespace

void AppendHead(const NetworkConfig& config, const NetworkShape& shape, const char* hidden,
                Architecture& architecture) {
  using namespace layers;
  const int units = static_cast<int>(config.hidden);
  if (config.dueling) {
    architecture.layers.insert(
        architecture.layers.end(),
        {Dense{{{"advantage_hidden", units}, {"value_hidden", units}}}, Normalisation{}, Relu{},
         Dense{{{"advantage", shape.outputs()}, {"value", shape.atoms}}}, DuelingJoin{}});
  } else {
    architecture.layers.insert(
        architecture.layers.end(),
        {Dense{{{hidden, units}}}, Normalisation{}, Relu{}, Dense{{{"q", shape.outputs()}}}});
  }
}

ARCADEQ_DECLARE_KINDS(ArchitectureMaker, ARCADEQ_ARCHITECTURES)

KindSet<ArchitectureMaker> Architectures() {
  return KindSet<ArchitectureMaker>(ARCADEQ_LIST_KINDS(ArchitectureMaker, ARCADEQ_ARCHITECTURES));
}

Architecture MakeArchitecture(const NetworkConfig& config, const NetworkShape& shape) {
  const auto* kind = config.architectures.Find(config.architecture);
  if (kind == nullptr) {
    ThrowUserError("network.architecture = {} does not exist", config.architecture);
  }
  Architecture architecture = kind->Make(config, shape);
  const auto& [element, height, width] = shape.frame;
  if (!Fits(architecture, std::min(height, width))) {
    int smallest = 1;
    while (!Fits(architecture, smallest)) ++smallest;
    ThrowUserError(
        "network.architecture = {} needs frames of at least {}x{} pixels, got {}x{}; mlp accepts "
        "any size",
        config.architecture, smallest, smallest, height, width);
  }
  return architecture;
}

}  // namespace arcadeq
