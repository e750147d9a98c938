#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nn/network.h"

namespace arcadeq {

// The layers that architectures are made of. A layer reads what the one before it returns; the
// first reads the frames. How a layer runs is the backend's business.
namespace layers {

// No padding; a square kernel; the same stride both ways.
struct Convolution {
  std::string name;
  int filters;  // a multiple of 16
  int kernel;
  int stride;

  // Of a side of the image; less than 1 if it is too small.
  int OutputSide(int side) const { return side < kernel ? 0 : (side - kernel) / stride + 1; }
};

// One or more streams of units side by side. If the layer before has several streams, each stream
// reads its own, otherwise all read the same.
struct Dense {
  struct Stream {
    std::string name;
    int units;
  };
  std::vector<Stream> streams;
};

// Layer normalisation as network.normalisation has it, or nothing. Its parameters are named after
// the layer before it.
struct Normalisation {};

struct Relu {};

// From the streams of advantages and of values to outputs (Wang et al. 2016, equation 9), for each
// atom by itself: value + advantage - mean over actions of advantage.
struct DuelingJoin {};

}  // namespace layers

using Layer = std::variant<layers::Convolution, layers::Dense, layers::Normalisation, layers::Relu,
                           layers::DuelingJoin>;

// A network's layers from top to bottom.
using Architecture = std::vector<Layer>;

// Appends what all architectures end with: a hidden layer, or one for each stream if dueling, and
// the outputs. `hidden` names the hidden layer of a network that is not dueling.
void AppendHead(const NetworkConfig& config, const NetworkShape& shape, const char* hidden,
                Architecture& architecture);

std::vector<std::string> ArchitectureNames();
// Of config.architecture. Throws UserError if the frames are too small for it.
Architecture MakeArchitecture(const NetworkConfig& config, const NetworkShape& shape);

}  // namespace arcadeq
