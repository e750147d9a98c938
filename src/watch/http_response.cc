#include "watch/http_response.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace arcadeq {
namespace {

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 421:
      return "Misdirected Request";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    default:
      return "Internal Server Error";
  }
}

std::string Head(int status, std::string_view content_type) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\n"
      "Content-Type: {}\r\n"
      "Cache-Control: no-store\r\n"
      "Connection: close\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "Cross-Origin-Resource-Policy: same-origin\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "X-Frame-Options: DENY\r\n",
      status, ReasonOf(status), content_type);
}

std::string WithBody(std::string head, std::string_view body) {
  head += fmt::format("Content-Length: {}\r\n\r\n", body.size());
  head += body;
  return head;
}

}  // namespace

std::string HttpResponse(int status, std::string_view content_type, std::string_view body) {
  return WithBody(Head(status, content_type), body);
}

std::string HttpPage(std::string_view policy, std::string_view body) {
  return WithBody(Head(200, "text/html; charset=utf-8") +
                      fmt::format("Content-Security-Policy: {}; frame-ancestors 'none'; "
                                  "base-uri 'none'; form-action 'none'\r\n",
                                  policy),
                  body);
}

std::string HttpStatus(int status) {
  return HttpResponse(status, "text/plain; charset=utf-8",
                      fmt::format("{} {}\n", status, ReasonOf(status)));
}

std::string HttpEventStream() {
  return Head(200, "text/event-stream") + "\r\n";
}

}  // namespace arcadeq
