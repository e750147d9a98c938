#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace arcadeq {

// Owns an open file descriptor. These are the building blocks of file.h and the checkpoints. The
// functions return 0 or the system's error number, never EINTR.
class FileDescriptor {
 public:
  // Takes ownership of an open descriptor.
  explicit FileDescriptor(int fd) : fd_(fd) {}
  // As open(2); on failure get() < 0 and errno is set.
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

// Reads fewer bytes than asked for only at the end of the file. Sets `got` to the number of bytes
// read, even on failure.
int ReadAll(int fd, std::span<std::byte> bytes, std::size_t& got);

// Flushes a file to disk, so that it survives a crash of the machine.
int FlushFile(int fd);

// The same for the names in a directory; an empty path is the current directory.
int FlushDirectory(const std::filesystem::path& directory);

// Throws UserError: "cannot WHAT PATH: REASON".
[[noreturn]] void ThrowSystemError(const char* what, const std::filesystem::path& path, int error);

}  // namespace arcadeq
