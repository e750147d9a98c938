#include "base/directory_lock.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

// Longer than IsLocked() shares a lock.
constexpr int kRetries = 5;
constexpr std::chrono::milliseconds kRetryPeriod{20};

// "process 123", or "another process" if the owner has not written its id yet.
std::string OwnerName(int fd) {
  char text[16] = {};
  std::size_t size = 0;
  ReadAll(fd, std::as_writable_bytes(std::span(text)), size);
  std::string digits(text, size);
  digits.resize(std::min(digits.size(), digits.find_first_not_of("0123456789")));
  return digits.empty() ? "another process" : "process " + digits;
}

// Returns 0 or the system's error.
int Take(int file, DirectoryLock::Flock flock) {
  int error = 0;
  do {
    error = flock(file, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
  } while (error == EINTR);
  return error;
}

}  // namespace

DirectoryLock::DirectoryLock(const fs::path& directory, Flock flock)
    : file_(directory / kLockFile, O_RDWR | O_CREAT) {
  const fs::path path = directory / kLockFile;
  if (file_.get() < 0) ThrowSystemError("write", path, errno);
  int error = Take(file_.get(), flock);
  for (int i = 0; error == EWOULDBLOCK && i < kRetries; ++i) {
    std::this_thread::sleep_for(kRetryPeriod);
    error = Take(file_.get(), flock);
  }
  if (error == EWOULDBLOCK) {
    throw DirectoryInUse(fmt::format("{} is in use by {}; end it first or choose another directory",
                                     directory.string(), OwnerName(file_.get())));
  }
  if (error != 0) {
    warning_ = fmt::format("{} cannot be locked ({}): make sure that no other process uses it",
                           directory.string(), std::generic_category().message(error));
  }
  const std::string owner = fmt::format("{}\n", ::getpid());
  error = ::ftruncate(file_.get(), 0) == 0 ? 0 : errno;
  if (error == 0) error = WriteAll(file_.get(), std::as_bytes(std::span(owner)));
  if (error != 0) ThrowSystemError("write", path, error);
}

bool IsLocked(const fs::path& directory) {
  const FileDescriptor file(directory / kLockFile, O_RDONLY);
  return file.get() >= 0 && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace arcadeq
