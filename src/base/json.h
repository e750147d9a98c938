#pragma once

#include <string>

namespace arcadeq {

// The text of a value of nlohmann's library. Paths, and what else comes from outside, need not be
// UTF-8, and JSON must be: each byte that is not becomes U+FFFD.
template <typename Json>
std::string JsonText(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace arcadeq
