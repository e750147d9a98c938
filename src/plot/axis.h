#pragma once

#include <string>
#include <vector>

namespace arcadeq {

// The numbers along an axis: multiples of 1, 2 or 5 times a power of ten that cover the finite
// range [low, high] in about `count` steps. An empty range is extended to both sides.
struct Ticks {
  Ticks(double low, double high, int count);

  double low() const { return values.front(); }
  double high() const { return values.back(); }

  std::vector<double> values;       // at least two, ascending
  std::vector<std::string> labels;  // with just enough decimals to differ
};

}  // namespace arcadeq
