#include "watch/run_pages.h"

#include <string_view>

#include <fmt/format.h>

#include "report/page_chart.h"
#include "report/page_files.h"
#include "train/run_control.h"
#include "watch/http_request.h"
#include "watch/http_response.h"
#include "watch/page_files.h"
#include "watch/server.h"

namespace arcadeq {
namespace {

// Everything comes from the run itself.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

}  // namespace

HttpReply RunPages::Answer(HttpRequest::Method method, std::string_view path) const {
  const auto command = ParseRunCommand(path.substr(1));
  const bool posts = method == HttpRequest::Method::kPost;
  if (method == HttpRequest::Method::kOther || posts != command.has_value()) {
    const bool known = command || path == "/" || path == "/events" || path.starts_with("/watch.");
    return {HttpStatus(known ? 405 : 404), nullptr};
  }
  if (command) {
    control_.Request(*command);
    return {HttpStatus(202), nullptr};
  }
  if (path == "/") return {HttpPage(kPolicy, kWatchHtml), nullptr};
  if (path == "/watch.css") {
    return {HttpResponse(200, "text/css; charset=utf-8",
                         fmt::format("{}{}{}", kPageCss, SeriesColoursCss(), kWatchCss)),
            nullptr};
  }
  if (path == "/watch.js") {
    return {HttpResponse(200, "text/javascript; charset=utf-8", kWatchScript), nullptr};
  }
  if (path == "/events") return {HttpEventStream(), bulletin_.MakeReader()};
  return {HttpStatus(404), nullptr};
}

}  // namespace arcadeq
