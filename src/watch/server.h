#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "watch/byte_source.h"
#include "watch/http_request.h"

namespace arcadeq {

// What is sent to a client, in order.
struct HttpReply {
  std::string bytes;
  std::unique_ptr<ByteSource> rest;  // null: nothing
};

struct ServerLimits {
  std::size_t connections = 32;
  std::size_t streams = 16;  // replies with a rest, which last
  // How long a client may take for its request, and to accept anything of what is sent to it.
  std::chrono::milliseconds patience{10'000};
};

// Answers HTTP requests on a thread of its own, which never waits for a client. A request that is
// malformed or too long, and one beyond the limits, gets a status of 4xx; a client that is too slow
// is dropped. So clients can neither hold up the process nor take more than a bounded part of its
// memory and its descriptors.
class Server {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;

  // A listening socket, which must outlive the server, and who answers what comes through it, on
  // the server's thread.
  struct Endpoint {
    int listener;
    Handler handler;
  };

  // Throws UserError if the system cannot start a thread.
  explicit Server(std::vector<Endpoint> endpoints, const ServerLimits& limits = {});
  // Ends all connections; those whose rest has ended may take a second for it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

 private:
  void Work();

  std::vector<Endpoint> endpoints_;
  ServerLimits limits_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace arcadeq
