#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/file_descriptor.h"

namespace arcadeq {

// Listening and connected stream sockets. None of them blocks.

// A socket that browsers connect to.
struct WebListener {
  FileDescriptor socket;
  std::string address;  // as given
  int port = 0;

  // "http://127.0.0.1:8080/"
  std::string Url() const;
};

// Listens at a numeric address or "localhost"; port 0 is any free one. Throws UserError.
WebListener ListenOnWeb(const std::string& address, int port);

// The socket's name in the directory of a run in progress. Only its owner can connect.
inline constexpr const char* kRunSocket = "watch.socket";

// The socket of a run, until the destructor removes its name. Only for the process that holds the
// run's lock: it takes the place of one that a killed process has left.
class RunListener {
 public:
  // Throws UserError; some file systems have no sockets.
  explicit RunListener(const std::filesystem::path& run);
  ~RunListener();
  RunListener(const RunListener&) = delete;
  RunListener& operator=(const RunListener&) = delete;

  const FileDescriptor& socket() const { return socket_; }

 private:
  FileDescriptor directory_;
  FileDescriptor socket_;
};

// Connects to the run in a directory; nothing if none listens there.
std::optional<FileDescriptor> ConnectToRun(const std::filesystem::path& run);

}  // namespace arcadeq
