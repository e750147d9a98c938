#pragma once

#include <cstdint>

namespace arcadeq {

// Far more steps, frames, points or seconds than any run has, and few enough for sums, squares and
// conversions. A larger number in a file is damage.
inline constexpr std::int64_t kMostPlausible = 1'000'000'000'000'000;

}  // namespace arcadeq
