#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace arcadeq {

// Quantities as people read them.

// "1,234,567".
std::string FormatCount(std::int64_t count);

// "1 game", "1,000 games": the noun's plural ends in s.
std::string FormatCount(std::int64_t count, std::string_view noun);

// "1:23:45"; hours are not limited.
std::string FormatDuration(double seconds);

// "1.64 GB": decimal units, three figures. bytes >= 0.
std::string FormatBytes(std::int64_t bytes);

}  // namespace arcadeq
