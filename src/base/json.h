#pragma once

#include <string>

namespace arcadeq {

// The text of an nlohmann JSON value. JSON must be UTF-8, but paths and other input need not be:
// each invalid byte becomes U+FFFD.
template <typename Json>
std::string JsonText(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace arcadeq
