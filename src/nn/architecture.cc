#include "nn/architecture.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "nn/architectures/architectures.h"
#include "nn/network.h"

namespace arcadeq {
namespace {

struct Entry {
  const char* name;
  Architecture (*make)(const NetworkConfig& config, const NetworkShape& shape);
};

constexpr Entry kEntries[] = {
#define ARCADEQ_ENTRY(name, function) {name, architectures::function},
    ARCADEQ_ARCHITECTURES(ARCADEQ_ENTRY)
#undef ARCADEQ_ENTRY
};

// Whether an image with such a side is large enough for every convolution.
bool Fits(const Architecture& architecture, int side) {
  for (const Layer& layer : architecture) {
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
    architecture.insert(
        architecture.end(),
        {Dense{{{"advantage_hidden", units}, {"value_hidden", units}}}, Normalisation{}, Relu{},
         Dense{{{"advantage", shape.outputs()}, {"value", shape.atoms}}}, DuelingJoin{}});
  } else {
    architecture.insert(architecture.end(), {Dense{{{hidden, units}}}, Normalisation{}, Relu{},
                                             Dense{{{"q", shape.outputs()}}}});
  }
}

std::vector<std::string> ArchitectureNames() {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) names.emplace_back(entry.name);
  return names;
}

Architecture MakeArchitecture(const NetworkConfig& config, const NetworkShape& shape) {
  const auto* entry = std::ranges::find(kEntries, config.architecture, &Entry::name);
  if (entry == std::end(kEntries)) {
    ThrowUserError("network.architecture = {} does not exist", config.architecture);
  }
  Architecture architecture = entry->make(config, shape);
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
