#include "watch/http_request.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace arcadeq {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool IsTokenCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsTokenCharacter);
}

bool IsVisible(char c) {
  return c > ' ' && c < '\x7f';
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Splits off the text before the first `separator`; nothing if there is none.
std::optional<std::string_view> TakeUntil(std::string_view separator, std::string_view& text) {
  const std::size_t end = text.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, end);
  text.remove_prefix(end + separator.size());
  return before;
}

std::string_view WithoutBlanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

HttpRequest::Method MethodOf(std::string_view name) {
  if (name == "GET") return HttpRequest::Method::kGet;
  if (name == "POST") return HttpRequest::Method::kPost;
  return HttpRequest::Method::kOther;
}

bool ParseRequestLine(std::string_view line, HttpRequest& request) {
  const auto method = TakeUntil(" ", line);
  if (!method || !IsToken(*method)) return false;
  const auto target = TakeUntil(" ", line);
  if (!target || !target->starts_with('/') || !std::ranges::all_of(*target, IsVisible)) {
    return false;
  }
  request.method = MethodOf(*method);
  request.path = target->substr(0, target->find('?'));
  return line == "HTTP/1.1" || line == "HTTP/1.0";
}

// The headers that are looked at, each of which may come once.
struct Headers {
  std::optional<std::string> host, origin, fetch_site, content_length, transfer_encoding;

  std::optional<std::string>* Find(std::string_view name) {
    const std::string lower = Lower(name);
    if (lower == "host") return &host;
    if (lower == "origin") return &origin;
    if (lower == "sec-fetch-site") return &fetch_site;
    if (lower == "content-length") return &content_length;
    if (lower == "transfer-encoding") return &transfer_encoding;
    return nullptr;
  }
};

bool ParseHeader(std::string_view line, Headers& headers) {
  const auto name = TakeUntil(":", line);
  if (!name || !IsToken(*name)) return false;
  const std::string_view value = WithoutBlanks(line);
  const auto fits = [](char c) { return c == '\t' || (c >= ' ' && c != '\x7f') || c < 0; };
  if (!std::ranges::all_of(value, fits)) return false;
  if (std::optional<std::string>* header = headers.Find(*name)) {
    if (header->has_value()) return false;
    *header = std::string(value);
  }
  return true;
}

}  // namespace

std::optional<std::size_t> FindRequestEnd(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  return end + 4;
}

std::optional<HttpRequest> ParseRequest(std::string_view head) {
  HttpRequest request;
  Headers headers;
  const auto first = TakeUntil(kLineEnd, head);
  if (!first || !ParseRequestLine(*first, request)) return std::nullopt;
  for (;;) {
    const auto line = TakeUntil(kLineEnd, head);
    if (!line) return std::nullopt;
    if (line->empty()) break;
    if (!ParseHeader(*line, headers)) return std::nullopt;
  }
  if (!head.empty() || !headers.host) return std::nullopt;
  request.host = *headers.host;
  request.origin = headers.origin;
  request.fetch_site = headers.fetch_site.value_or("");
  request.has_body =
      headers.transfer_encoding.has_value() || headers.content_length.value_or("0") != "0";
  return request;
}

}  // namespace arcadeq
