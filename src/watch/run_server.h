#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "record/sink.h"
#include "record/spectator.h"
#include "train/run_control.h"
#include "watch/access.h"
#include "watch/bulletin.h"
#include "watch/run_pages.h"
#include "watch/server.h"
#include "watch/sockets.h"

namespace arcadeq {

// Lets others watch and control a run in progress: `arcadeq watch` through the socket in its
// directory and, if `web` is given, browsers.
class RunServer {
 public:
  // `control` must outlive it. Throws UserError if the system cannot start a thread.
  RunServer(const std::filesystem::path& run, RunControl& control, std::optional<WebListener> web);

  // The page's address, with its token; empty without `web`.
  const std::string& url() const { return url_; }
  // Why there is no socket in the run's directory; empty if there is one.
  const std::string& problem() const { return problem_; }

  // Those who look at the run, for whom pictures are made.
  const Spectator& spectator() const { return bulletin_.spectator(); }
  // What the run's events go to. The server must outlive it.
  std::unique_ptr<Sink> MakeSink(const SinkStates& states);

 private:
  Bulletin bulletin_;
  RunPages pages_;
  std::optional<WebListener> web_;
  std::optional<RunListener> local_;
  std::optional<Access> access_;
  std::string url_;
  std::string problem_;
  std::optional<Server> server_;  // ends before what it uses
};

}  // namespace arcadeq
