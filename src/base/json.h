#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace arcadeq {

// The text of an nlohmann JSON value. JSON must be UTF-8, but paths and other input need not be:
// each invalid byte becomes U+FFFD.
template <typename Json>
std::string JsonText(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

// The value of an nlohmann JSON number that is written without a fraction or an exponent and fits;
// nothing otherwise. The library's own conversion is undefined for numbers that do not fit.
template <typename Json>
std::optional<std::int64_t> WholeNumber(const Json& json) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (!json.is_number_integer()) return std::nullopt;
  if (json.is_number_unsigned() && json.template get<std::uint64_t>() > kMax) return std::nullopt;
  return json.template get<std::int64_t>();
}

}  // namespace arcadeq
