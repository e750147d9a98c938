#pragma once

#include <cstdint>
#include <string_view>

namespace arcadeq {

// Parses a number as users write it in settings and options: decimal digits with an optional minus
// sign; for a double also a fraction and an exponent, as in 2.5e-4. Leading zeros are allowed;
// blanks, a plus sign, hexadecimal digits, infinities and NaN are not. Returns false, and leaves
// `value` unchanged, unless all of `text` is a number that fits.
bool ParseDecimal(std::string_view text, std::int64_t& value);
bool ParseDecimal(std::string_view text, double& value);

}  // namespace arcadeq
