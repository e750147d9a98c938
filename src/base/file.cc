#include "base/file.h"

#include <cerrno>
#include <cstddef>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void ThrowSystemError(const char* what, const fs::path& path, int error) {
  ThrowUserError("cannot {} {}: {}", what, path.string(), std::generic_category().message(error));
}

class FileDescriptor {
 public:
  FileDescriptor(const fs::path& path, int flags) {
    do {
      fd_ = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
    } while (fd_ < 0 && errno == EINTR);
  }
  ~FileDescriptor() { Close(); }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int get() const { return fd_; }
  // Some file systems report a full disk only here. On Linux a descriptor is closed even where
  // close() is interrupted.
  bool Close() {
    if (fd_ < 0) return true;
    const int result = ::close(fd_);
    fd_ = -1;
    return result == 0 || errno == EINTR;
  }

 private:
  int fd_;
};

// The functions below return 0 or the system's error number.

int WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int Flush(int fd) {
  while (::fsync(fd) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

int WriteNewFile(const fs::path& path, std::string_view content) {
  FileDescriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) return errno;
  if (const int error = WriteAll(file.get(), content)) return error;
  if (const int error = Flush(file.get())) return error;
  return file.Close() ? 0 : errno;
}

// Makes a rename in `directory` outlive a crash.
int FlushDirectory(const fs::path& directory) {
  FileDescriptor file(directory, O_RDONLY | O_DIRECTORY);
  if (file.get() < 0) return errno;
  const int error = Flush(file.get());
  return error == EINVAL ? 0 : error;  // a file system that has no such thing
}

}  // namespace

std::string ReadFile(const fs::path& path) {
  FileDescriptor file(path, O_RDONLY);
  if (file.get() < 0) ThrowSystemError("read", path, errno);
  struct stat status {};
  std::string content;
  if (::fstat(file.get(), &status) != 0) ThrowSystemError("read", path, errno);
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
    ThrowUserError("cannot read {}: a device, not a file", path.string());
  }
  if (S_ISREG(status.st_mode)) {
    content.reserve(static_cast<std::size_t>(status.st_size) + 1);
  }
  // To the end rather than to the size: the files of /proc have none.
  constexpr std::size_t kPiece = 1 << 16;
  for (;;) {
    const std::size_t size = content.size();
    content.resize(size < content.capacity() ? content.capacity() : size + kPiece);
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    content.resize(size + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got == 0) return content;
    if (got < 0 && errno != EINTR) ThrowSystemError("read", path, errno);
  }
}

void MakeDirectories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) ThrowUserError("cannot make the directory {}: {}", path.string(), error.message());
}

void WriteFileAtomically(const fs::path& path, std::string_view content) {
  // Named by the process, so that two of them do not write into one file; in the same directory, so
  // that the rename stays within a file system.
  const fs::path temporary = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  int error = WriteNewFile(temporary, content);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    ThrowSystemError("write", path, error);
  }
  const fs::path directory = path.has_parent_path() ? path.parent_path() : fs::path(".");
  error = FlushDirectory(directory);
  if (error != 0) ThrowSystemError("write", path, error);
}

}  // namespace arcadeq
