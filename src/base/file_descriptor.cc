#include "base/file_descriptor.h"

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/error.h"

namespace arcadeq {

FileDescriptor::FileDescriptor(const std::filesystem::path& path, int flags) {
  do {
    fd_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (fd_ < 0 && errno == EINTR);
}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

int FileDescriptor::Close() {
  if (fd_ < 0) return 0;
  // On Linux a descriptor is closed even if close() is interrupted.
  return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR ? 0 : errno;
}

int WriteAll(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

int ReadAll(int fd, std::span<std::byte> bytes, std::size_t& got) {
  got = 0;
  while (got < bytes.size()) {
    const ssize_t size = ::read(fd, bytes.data() + got, bytes.size() - got);
    if (size == 0) return 0;
    if (size > 0) {
      got += static_cast<std::size_t>(size);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int FlushFile(int fd) {
  while (::fsync(fd) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int FlushDirectory(const std::filesystem::path& directory) {
  const FileDescriptor file(directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY);
  if (file.get() < 0) return errno;
  const int error = FlushFile(file.get());
  return error == EINVAL ? 0 : error;  // not supported by the file system
}

void ThrowSystemError(const char* what, const std::filesystem::path& path, int error) {
  ThrowUserError("cannot {} {}: {}", what, path.string(), std::generic_category().message(error));
}

}  // namespace arcadeq
