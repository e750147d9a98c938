#pragma once

#include "nn/architecture.h"
#include "nn/network.h"

// Every architecture: its name in network.architecture and the function that lists its layers, each
// in its own file.
#define ARCADEQ_ARCHITECTURES(X) \
  X("article", Article)          \
  X("nature", Nature)            \
  X("mlp", Mlp)

namespace arcadeq::architectures {

#define ARCADEQ_DECLARE(name, function) \
  Architecture function(const NetworkConfig& config, const NetworkShape& shape);
ARCADEQ_ARCHITECTURES(ARCADEQ_DECLARE)
#undef ARCADEQ_DECLARE

}  // namespace arcadeq::architectures
