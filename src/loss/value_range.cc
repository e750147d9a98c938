#include "loss/value_range.h"

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace arcadeq {

void CheckRange(std::string_view prefix, double low, double high, std::int64_t parts) {
  if (low >= high) ThrowUserError("{0}_low = {1}: must be below {0}_high = {2}", prefix, low, high);
  const auto first = static_cast<float>(low), last = static_cast<float>(high);
  const float part = (last - first) / static_cast<float>(parts);
  if (first + part > first && last - part < last) return;
  ThrowUserError("{0}_low = {1} and {0}_high = {2}: too close to each other for {3} parts", prefix,
                 low, high, parts);
}

}  // namespace arcadeq
