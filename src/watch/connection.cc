#include "watch/connection.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <sys/socket.h>

#include "base/file_descriptor.h"
#include "watch/http_request.h"
#include "watch/http_response.h"
#include "watch/server.h"

namespace arcadeq {
namespace {

// A connection that is closed while bytes of the client are unread is reset, and the client may
// lose the reply: so the client gets some time to end it first.
constexpr std::chrono::seconds kLinger{1};

bool WouldBlock() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

Connection::Connection(FileDescriptor socket, const Server::Handler& handler,
                       std::chrono::milliseconds patience)
    : socket_(std::move(socket)),
      handler_(&handler),
      patience_(patience),
      deadline_(Clock::now() + patience) {}

void Connection::Refuse(int status) {
  SetReply({HttpStatus(status), nullptr});
}

void Connection::SetReply(HttpReply reply) {
  phase_ = Phase::kReply;
  input_.clear();
  output_ = std::move(reply.bytes);
  rest_ = std::move(reply.rest);
  deadline_ = Clock::now() + patience_;
}

bool Connection::Receive(std::string& to) {
  std::array<char, 4096> buffer;
  const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (got > 0) to.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && WouldBlock());
}

bool Connection::Send() {
  while (!output_.empty()) {
    const ssize_t sent = send(socket_.get(), output_.data(), output_.size(), MSG_NOSIGNAL);
    if (sent < 0) return WouldBlock();
    output_.erase(0, static_cast<std::size_t>(sent));
    deadline_ = Clock::now() + patience_;
  }
  return true;
}

void Connection::Answer(bool streams_left) {
  const auto end = FindRequestEnd(input_);
  if (!end) {
    if (input_.size() > kMaxRequestBytes) Refuse(431);
    return;
  }
  if (*end > kMaxRequestBytes) return Refuse(431);
  const auto request = ParseRequest(std::string_view(input_).substr(0, *end));
  if (!request) return Refuse(400);
  if (request->has_body || input_.size() > *end) return Refuse(413);
  try {
    HttpReply reply = (*handler_)(*request);
    if (reply.rest != nullptr && !streams_left) return Refuse(429);
    SetReply(std::move(reply));
  } catch (const std::exception&) {
    Refuse(500);
  }
}

bool Connection::Continue(bool streams_left) {
  // After its request, a client has nothing to say, but a closed connection shows here.
  std::string ignored;
  const bool open = Receive(phase_ == Phase::kRequest ? input_ : ignored);
  if (!open) return false;
  if (phase_ == Phase::kRequest) Answer(streams_left);
  if (phase_ == Phase::kRequest && Clock::now() >= deadline_) Refuse(408);
  if (phase_ == Phase::kReply) {
    if (output_.empty() && rest_ != nullptr) {
      if (!rest_->Read(output_)) rest_.reset();
      deadline_ = Clock::now() + patience_;
    }
    if (!Send()) return false;
    if (IsIdle()) {
      phase_ = Phase::kEnd;
      shutdown(socket_.get(), SHUT_WR);
      deadline_ = Clock::now() + kLinger;
    }
  }
  return phase_ == Phase::kRequest || Clock::now() < deadline_;
}

}  // namespace arcadeq
