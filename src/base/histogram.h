#pragma once

#include <vector>

namespace arcadeq {

// A distribution over bins of equal width on [low, high]; `shares` sum to 1.
struct Histogram {
  float low = 0;
  float high = 0;
  std::vector<float> shares;
};

}  // namespace arcadeq
