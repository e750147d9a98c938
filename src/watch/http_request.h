#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace arcadeq {

// The parts of an HTTP/1.x request that matter here. All requests are short: they have no body.
struct HttpRequest {
  enum class Method { kGet, kPost, kOther };

  Method method = Method::kGet;
  std::string path;                   // begins with "/"; not decoded; without a query
  std::string host;                   // the Host header
  std::optional<std::string> origin;  // the Origin header
  std::string fetch_site;             // the Sec-Fetch-Site header, or empty
  bool has_body = false;
};

inline constexpr std::size_t kMaxRequestBytes = 8192;

// The length of the request's head at the beginning of `bytes`, with the empty line that ends it;
// nothing if it is not complete yet.
std::optional<std::size_t> FindRequestEnd(std::string_view bytes);

// Parses a head. Nothing if it is malformed, or if two parsers could understand it differently:
// repeated headers, folded lines, control characters, no or several hosts.
std::optional<HttpRequest> ParseRequest(std::string_view head);

}  // namespace arcadeq
