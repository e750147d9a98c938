#include "watch/run_server.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "record/sink.h"
#include "train/run_control.h"
#include "watch/access.h"
#include "watch/http_request.h"
#include "watch/http_response.h"
#include "watch/server.h"
#include "watch/sockets.h"
#include "watch/watch_sink.h"

namespace arcadeq {

RunServer::RunServer(const std::filesystem::path& run, RunControl& control,
                     std::optional<WebListener> web)
    : pages_(bulletin_, control), web_(std::move(web)) {
  std::vector<Server::Endpoint> endpoints;
  try {
    local_.emplace(run);
    endpoints.push_back({local_->socket().get(), [this](const HttpRequest& request) {
                           return pages_.Answer(request.method, request.path);
                         }});
  } catch (const UserError& error) {
    problem_ = error.what();
  }
  if (web_) {
    access_.emplace(MakeToken(), web_->address);
    url_ = web_->Url() + access_->token() + "/";
    endpoints.push_back({web_->socket.get(), [this](const HttpRequest& request) -> HttpReply {
                           if (const auto status = access_->Refuse(request)) {
                             return {HttpStatus(*status), nullptr};
                           }
                           return pages_.Answer(request.method, access_->PathOf(request));
                         }});
  }
  if (!endpoints.empty()) server_.emplace(std::move(endpoints));
}

std::unique_ptr<Sink> RunServer::MakeSink(const SinkStates& states) {
  return MakeWatchSink(bulletin_, states);
}

}  // namespace arcadeq
