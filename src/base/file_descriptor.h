#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace arcadeq {

// A file of the system's that is open, closed at the end of its life; the pieces that file.h and
// the checkpoints are made of. The functions return 0 or the system's error number, never EINTR.
class FileDescriptor {
 public:
  // Takes over one that is open.
  explicit FileDescriptor(int fd) : fd_(fd) {}
  // As open(2); get() < 0 and errno tell a failure.
  FileDescriptor(const std::filesystem::path& path, int flags);
  ~FileDescriptor() { Close(); }
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&&) = delete;

  int get() const { return fd_; }
  // Some file systems report a full disk only here.
  int Close();

 private:
  int fd_;
};

int WriteAll(int fd, std::span<const std::byte> bytes);

// Fewer than asked for only at the file's end. `got` is how many bytes were read, also on failure.
int ReadAll(int fd, std::span<std::byte> bytes, std::size_t& got);

// To the disk, so that it outlives a crash of the machine.
int FlushFile(int fd);

// The same for the names in a directory; an empty path is the current one.
int FlushDirectory(const std::filesystem::path& directory);

// "cannot WHAT PATH: REASON", as UserError.
[[noreturn]] void ThrowSystemError(const char* what, const std::filesystem::path& path, int error);

}  // namespace arcadeq
