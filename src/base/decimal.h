#pragma once

#include <cstdint>
#include <string_view>

namespace arcadeq {

// The grammar of every number that a user writes, in a setting or an option: decimal digits, with a
// minus sign where the number is negative; for a double also a fraction and an exponent, as in
// 2.5e-4. Leading zeros mean nothing. Blanks, a plus sign, hexadecimal digits, infinities and NaN
// are no part of it. All of `text` must be the number, and the number must fit. Returns false, and
// leaves `value` as it is, otherwise.
bool ParseDecimal(std::string_view text, std::int64_t& value);
bool ParseDecimal(std::string_view text, double& value);

}  // namespace arcadeq
