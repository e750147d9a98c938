#pragma once

#include <string_view>

#include "train/run_control.h"
#include "watch/bulletin.h"
#include "watch/http_request.h"
#include "watch/server.h"

namespace arcadeq {

// What a run in progress answers: its page, what it shows as server-sent events, and commands, the
// only requests that do anything.
class RunPages {
 public:
  // Both must outlive it.
  RunPages(const Bulletin& bulletin, RunControl& control)
      : bulletin_(bulletin), control_(control) {}

  HttpReply Answer(HttpRequest::Method method, std::string_view path) const;

 private:
  const Bulletin& bulletin_;
  RunControl& control_;
};

}  // namespace arcadeq
