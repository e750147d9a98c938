#include "watch/sockets.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

constexpr int kBacklog = 128;
constexpr int kStream = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

struct WebAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

WebAddress ParseAddress(const std::string& text, int port) {
  const char* numbers = text == "localhost" ? "127.0.0.1" : text.c_str();
  const auto network_port = htons(static_cast<in_port_t>(port));
  WebAddress address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (inet_pton(AF_INET, numbers, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = network_port;
    address.size = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, numbers, &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = network_port;
    address.size = sizeof(sockaddr_in6);
  } else {
    ThrowUserError("{} is not an address to listen at, such as 127.0.0.1 or ::1", text);
  }
  return address;
}

int PortOf(const FileDescriptor& socket) {
  WebAddress bound;
  bound.size = sizeof(bound.storage);
  getsockname(socket.get(), bound.get(), &bound.size);
  // Both kinds of addresses have the port at the same place.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&bound.storage)->sin_port);
}

// The socket's address through an open directory: a run's path may be longer than addresses are.
sockaddr_un AddressIn(const FileDescriptor& directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory.get(), kRunSocket);
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  return address;
}

FileDescriptor OpenDirectory(const std::filesystem::path& path) {
  return {path, O_PATH | O_DIRECTORY | O_CLOEXEC};
}

}  // namespace

std::string WebListener::Url() const {
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("http://{}:{}/", is_v6 ? "[" + address + "]" : address, port);
}

WebListener ListenOnWeb(const std::string& address, int port) {
  WebAddress wanted = ParseAddress(address, port);
  FileDescriptor socket(::socket(wanted.storage.ss_family, kStream, 0));
  const int yes = 1;
  // A port whose last connections linger is free; one that another process listens on is not.
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (socket.get() < 0 || bind(socket.get(), wanted.get(), wanted.size) != 0 ||
      listen(socket.get(), kBacklog) != 0) {
    ThrowUserError("cannot listen at {}, port {}: {}", address, port, std::strerror(errno));
  }
  const int bound = PortOf(socket);
  return {std::move(socket), address, bound};
}

RunListener::RunListener(const std::filesystem::path& run)
    : directory_(OpenDirectory(run)), socket_(::socket(AF_UNIX, kStream, 0)) {
  if (directory_.get() < 0) ThrowSystemError("open", run, errno);
  const sockaddr_un address = AddressIn(directory_);
  unlinkat(directory_.get(), kRunSocket, 0);
  // Others cannot connect before listen(), when the permissions are set.
  if (socket_.get() < 0 ||
      bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      fchmodat(directory_.get(), kRunSocket, S_IRUSR | S_IWUSR, 0) != 0 ||
      listen(socket_.get(), kBacklog) != 0) {
    ThrowSystemError("create", run / kRunSocket, errno);
  }
}

RunListener::~RunListener() {
  unlinkat(directory_.get(), kRunSocket, 0);
}

std::optional<FileDescriptor> ConnectToRun(const std::filesystem::path& run) {
  const FileDescriptor directory = OpenDirectory(run);
  FileDescriptor socket(::socket(AF_UNIX, kStream, 0));
  const sockaddr_un address = AddressIn(directory);
  if (directory.get() < 0 || socket.get() < 0 ||
      connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return std::nullopt;
  }
  return socket;
}

}  // namespace arcadeq
