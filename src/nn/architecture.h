#pragma once

#include <string>
#include <variant>
#include <vector>

#include "nn/network.h"

namespace arcadeq {

// The layers of architectures. Each layer reads the output of the previous one; the first reads the
// frames. The backend decides how to run a layer.
namespace layers {

// No padding, a square kernel, the same stride in both directions.
struct Convolution {
  std::string name;
  int filters;  // a multiple of 16
  int kernel;
  int stride;

  // The output's side for an image side of `side`; less than 1 if that is too small.
  int OutputSide(int side) const { return side < kernel ? 0 : (side - kernel) / stride + 1; }
};

// One or more parallel streams of units. If the previous layer has several streams, each stream
// reads its own; otherwise all read the same.
struct Dense {
  struct Stream {
    std::string name;
    int units;
  };
  std::vector<Stream> streams;
};

// Layer normalisation as set by network.normalisation, or nothing. Its parameters are named after
// the previous layer.
struct Normalisation {};

struct Relu {};

// Combines the advantage and value streams into outputs (Wang et al. 2016, equation 9), separately
// for each atom: value + advantage - mean over actions of advantage.
struct DuelingJoin {};

}  // namespace layers

using Layer = std::variant<layers::Convolution, layers::Dense, layers::Normalisation, layers::Relu,
                           layers::DuelingJoin>;

// A network's layers from first to last.
struct Architecture {
  std::vector<Layer> layers;
};

// Appends the common end of all architectures: a hidden layer, or one per stream if dueling, and
// the outputs. `hidden` names the hidden layer of a network that is not dueling.
void AppendHead(const NetworkConfig& config, const NetworkShape& shape, const char* hidden,
                Architecture& architecture);

// Makes config.architecture. Throws UserError if the frames are too small for it.
Architecture MakeArchitecture(const NetworkConfig& config, const NetworkShape& shape);

}  // namespace arcadeq
