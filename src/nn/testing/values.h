#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "nn/network.h"

namespace arcadeq::testing {

// All parameters, in the order of the exported tensors.
inline std::vector<float> ValuesOf(const Network& network, const Network::Parameters& parameters) {
  std::vector<float> values;
  for (const Network::NamedTensor& tensor : network.Export(parameters)) {
    values.insert(values.end(), tensor.values.begin(), tensor.values.end());
  }
  return values;
}

// The hash of all bits, including padding.
inline std::uint64_t HashOf(const Network& network, const Network::Parameters& parameters) {
  Hash hash;
  network.AddToHash(parameters, hash);
  return hash.value();
}

}  // namespace arcadeq::testing
