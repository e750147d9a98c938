#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz.h"
#include "watch/access.h"
#include "watch/http_request.h"

// Bytes of a client, as the server takes them apart, for a page whose token is 32 times "a".
// Nothing gets through without the token and a host of this machine.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using arcadeq::fuzz::Require;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = arcadeq::FindRequestEnd(bytes);
  const auto request = arcadeq::ParseRequest(bytes.substr(0, end.value_or(size)));
  if (!request) return 0;
  Require(end.has_value() && request->path.starts_with('/') &&
          request->path.find_first_of("\r\n ?") == std::string::npos);
  const arcadeq::Access access(std::string(32, 'a'), "127.0.0.1");
  if (access.Refuse(*request)) return 0;
  Require(request->path.starts_with("/" + std::string(32, 'a') + "/"));
  Require(request->method != arcadeq::HttpRequest::Method::kOther);
  Require(request->host.starts_with("127.") || request->host.starts_with("[") ||
          request->host.size() >= 9);
  Require(access.PathOf(*request).starts_with('/'));
  return 0;
}
