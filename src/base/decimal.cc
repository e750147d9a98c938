#include "base/decimal.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace arcadeq {
namespace {

template <typename Number>
bool Parse(std::string_view text, Number& value) {
  Number parsed{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, parsed);
  if (error != std::errc{} || stopped != end) return false;
  value = parsed;
  return true;
}

}  // namespace

bool ParseDecimal(std::string_view text, std::int64_t& value) {
  return Parse(text, value);
}

bool ParseDecimal(std::string_view text, double& value) {
  double parsed = 0;
  // from_chars accepts "inf" and "nan".
  if (!Parse(text, parsed) || !std::isfinite(parsed)) return false;
  value = parsed;
  return true;
}

}  // namespace arcadeq
