#pragma once

#include <filesystem>
#include <string>

#include "watch/access.h"
#include "watch/http_request.h"
#include "watch/server.h"
#include "watch/sockets.h"

namespace arcadeq {

// Shows a run of another process in a browser: passes requests to the run while it is in progress,
// and afterwards answers with its report.
class RunRelay {
 public:
  // Throws UserError if the system cannot start a thread.
  RunRelay(std::filesystem::path run, WebListener web, std::string program_version);

  // The page's address, with its token.
  std::string Url() const { return web_.Url() + access_.token() + "/"; }

 private:
  HttpReply Answer(const HttpRequest& request) const;

  std::filesystem::path run_;
  WebListener web_;
  std::string program_version_;
  Access access_;
  Server server_;  // ends before what it uses
};

}  // namespace arcadeq
