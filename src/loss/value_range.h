#pragma once

#include <cstdint>
#include <string_view>

namespace arcadeq {

// Throws UserError, naming the settings PREFIX_low and PREFIX_high, unless they are in this order
// and far enough apart for single precision to tell `parts` equal parts of the range apart.
void CheckRange(std::string_view prefix, double low, double high, std::int64_t parts);

}  // namespace arcadeq
