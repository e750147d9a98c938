#pragma once

#include <algorithm>
#include <vector>

namespace arcadeq {

// `values` must not be empty.
inline double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace arcadeq
