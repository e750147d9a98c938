#include "watch/server.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include "base/file_descriptor.h"
#include "base/start_thread.h"
#include "watch/connection.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// How often the rest of replies is looked for, and how often the end of the server.
constexpr std::chrono::milliseconds kStreamPeriod{50}, kIdlePeriod{100};
constexpr std::chrono::seconds kLastSeconds{1};

// The work of a server's thread.
class ServerLoop {
 public:
  ServerLoop(const std::vector<Server::Endpoint>& endpoints, const ServerLimits& limits)
      : endpoints_(endpoints), limits_(limits) {}

  // Waits for something to do, but not long.
  void Await();
  void Accept();
  void ContinueAll();
  // Whether some client has not received all of its reply yet.
  bool HasReplies() const {
    return std::ranges::any_of(connections_, [](auto& each) { return !each->IsIdle(); });
  }

 private:
  const std::vector<Server::Endpoint>& endpoints_;
  ServerLimits limits_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::size_t streams_ = 0;  // of the connections
};

void ServerLoop::Await() {
  std::vector<pollfd> waits;
  waits.reserve(endpoints_.size() + connections_.size());
  for (const Server::Endpoint& endpoint : endpoints_)
    waits.push_back({endpoint.listener, POLLIN, 0});
  for (const auto& connection : connections_) {
    const auto events = static_cast<short>(POLLIN | (connection->WantsToWrite() ? POLLOUT : 0));
    waits.push_back({connection->socket(), events, 0});
  }
  const auto period = streams_ > 0 ? kStreamPeriod : kIdlePeriod;
  poll(waits.data(), waits.size(), static_cast<int>(period.count()));
}

void ServerLoop::Accept() {
  for (const Server::Endpoint& endpoint : endpoints_) {
    FileDescriptor socket(
        accept4(endpoint.listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.get() < 0) continue;
    auto connection =
        std::make_unique<Connection>(std::move(socket), endpoint.handler, limits_.patience);
    // As many again are accepted, to tell them so.
    if (connections_.size() >= 2 * limits_.connections) continue;
    if (connections_.size() >= limits_.connections) connection->Refuse(429);
    connections_.push_back(std::move(connection));
  }
}

void ServerLoop::ContinueAll() {
  std::erase_if(connections_, [this](auto& connection) {
    const bool streams_left = streams_ < limits_.streams;
    const bool had_stream = connection->HasStream();
    const bool goes_on = connection->Continue(streams_left);
    const bool has_stream = goes_on && connection->HasStream();
    streams_ = streams_ - (had_stream ? 1 : 0) + (has_stream ? 1 : 0);
    return !goes_on;
  });
}

}  // namespace

Server::Server(std::vector<Endpoint> endpoints, const ServerLimits& limits)
    : endpoints_(std::move(endpoints)), limits_(limits) {
  thread_ = StartThread("those who watch", [this] { Work(); });
}

Server::~Server() {
  ending_ = true;
  thread_.join();
}

void Server::Work() {
  ServerLoop loop(endpoints_, limits_);
  while (!ending_) {
    loop.Await();
    loop.Accept();
    loop.ContinueAll();
  }
  const Clock::time_point end = Clock::now() + kLastSeconds;
  while (loop.HasReplies() && Clock::now() < end) {
    loop.Await();
    loop.ContinueAll();
  }
}

}  // namespace arcadeq
