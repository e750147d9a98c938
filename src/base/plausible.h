#pragma once

#include <cstdint>

namespace arcadeq {

// Far more steps, frames, points or seconds than any run has, and few enough for sums, squares and
// conversions. A larger number in a file is damage.
inline constexpr std::int64_t kMostPlausible = 1'000'000'000'000'000;

// Whether a number from a file can be a count or a time of a run.
constexpr bool IsPlausibleAmount(auto amount) {
  return amount >= 0 && amount <= kMostPlausible;
}

}  // namespace arcadeq
