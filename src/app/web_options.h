#pragma once

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

#include "watch/sockets.h"

namespace arcadeq {

// Where a page is served for browsers.
struct WebOptions {
  std::string bind = "127.0.0.1";
  std::int64_t port = 0;  // 0: any free one

  // Adds --watch with an optional port, which sets `*watch`.
  CLI::Option* AddWatchTo(CLI::App& command, bool* watch);
  // Adds --bind.
  CLI::Option* AddBindTo(CLI::App& command);
  // Throws UserError if the port is in use or the address is not this machine's.
  WebListener Listen() const;
};

}  // namespace arcadeq
