#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/file_descriptor.h"
#include "watch/byte_source.h"
#include "watch/server.h"

namespace arcadeq {

// A client's connection: one request, and the reply to it.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(FileDescriptor socket, const Server::Handler& handler,
             std::chrono::milliseconds patience);

  // Refuses the request, whatever it is.
  void Refuse(int status);
  // Reads and writes what is possible without waiting; returns false once the connection has ended.
  // `streams_left`: whether a reply may have a rest.
  bool Continue(bool streams_left);

  int socket() const { return socket_.get(); }
  bool WantsToWrite() const { return !output_.empty(); }
  bool HasStream() const { return rest_ != nullptr; }
  // Whether it still awaits its request, or the client's end after the reply.
  bool IsIdle() const { return output_.empty() && rest_ == nullptr; }

 private:
  enum class Phase { kRequest, kReply, kEnd };

  // Appends what the client has sent; returns false if it has ended the connection.
  bool Receive(std::string& to);
  bool Send();
  void Answer(bool streams_left);
  void SetReply(HttpReply reply);

  FileDescriptor socket_;
  const Server::Handler* handler_;
  std::chrono::milliseconds patience_;
  Phase phase_ = Phase::kRequest;
  Clock::time_point deadline_;  // for the request, the next bytes that are accepted, or the end
  std::string input_;
  std::string output_;
  std::unique_ptr<ByteSource> rest_;
};

}  // namespace arcadeq
