#include "watch/access.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/file_descriptor.h"
#include "watch/http_request.h"

namespace arcadeq {
namespace {

// Takes the same time for every wrong text of the right length.
bool SameSecret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char differences = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differences |= static_cast<unsigned char>(a[i] ^ b[i]);
  }
  return differences == 0;
}

bool IsAddress(const std::string& text) {
  in6_addr address;
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool IsLoopback(const std::string& text) {
  if (text == "localhost" || text == "::1") return true;
  in_addr address;
  return inet_pton(AF_INET, text.c_str(), &address) == 1 && text.starts_with("127.");
}

// The name or address in "name:port", "[address]:port" or either without a port; empty for others.
std::string NameOf(std::string_view host) {
  const bool bracketed = host.starts_with('[');
  const std::size_t end = bracketed ? host.find(']') : host.find(':');
  std::string_view rest;
  std::string_view name = host.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
  if (bracketed && end == std::string_view::npos) return "";
  if (end != std::string_view::npos) rest = host.substr(end + (bracketed ? 1 : 0));
  if (!rest.empty()) {
    const std::string_view port = rest.substr(1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (rest[0] != ':' || port.size() > 5 || !std::ranges::all_of(port, is_digit)) return "";
  }
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

std::string MakeToken() {
  std::array<std::uint8_t, 16> bytes{};
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t more = getrandom(bytes.data() + got, bytes.size() - got, 0);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) ThrowSystemError("get random numbers for", "the page's address", errno);
    got += static_cast<std::size_t>(more);
  }
  std::string token;
  for (const std::uint8_t byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

Access::Access(std::string token, std::string address)
    : token_(std::move(token)), address_(std::move(address)), loopback_(IsLoopback(address_)) {}

// An address cannot be made to lead elsewhere, as a name can. The port may be a forwarded one.
bool Access::HostFits(std::string_view host) const {
  const std::string name = NameOf(host);
  if (IsLoopback(name) || (!name.empty() && name == address_)) return true;
  return !loopback_ && IsAddress(name);
}

std::optional<int> Access::Refuse(const HttpRequest& request) const {
  if (!HostFits(request.host)) return 421;
  if (request.origin && *request.origin != "http://" + request.host) return 403;
  const std::string& site = request.fetch_site;
  // "none" is an address that was typed; opening it may be all that another site makes of it.
  const bool same_site = site.empty() || site == "same-origin" || site == "none";
  if (!same_site) return 403;
  if (request.method == HttpRequest::Method::kOther) return 405;
  std::string_view path = request.path;
  path.remove_prefix(1);
  const std::size_t end = path.find('/');
  if (end == std::string_view::npos || !SameSecret(path.substr(0, end), token_)) return 403;
  return std::nullopt;
}

std::string_view Access::PathOf(const HttpRequest& request) const {
  return std::string_view(request.path).substr(token_.size() + 1);
}

}  // namespace arcadeq
