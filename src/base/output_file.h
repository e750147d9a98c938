#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace arcadeq {

// A buffered file that is written sequentially. Every failure (no such folder, a full disk) throws
// UserError with the file's name and the system's reason.
class OutputFile {
 public:
  // Creates a new file.
  explicit OutputFile(std::filesystem::path path);
  // Continues an existing file after its first `size` bytes. The first Write() drops everything
  // after these; until then the file is unchanged. Throws UserError if the file is shorter.
  OutputFile(std::filesystem::path path, std::uint64_t size);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(std::string_view bytes);
  // Hands everything written so far to the system.
  void Flush();
  // Flush(), and flushes to disk, so that the contents a checkpoint refers to survive a crash of
  // the machine.
  void Sync();
  // Flush() and close; nothing can be written afterwards.
  void Close();

  const std::filesystem::path& path() const { return path_; }
  // The size of the file after the last successful Flush(), in bytes, including those of earlier
  // processes: always a whole number of Write() calls. A failure may leave any number of bytes
  // after these.
  std::uint64_t flushed_size() const { return flushed_size_; }

 private:
  [[noreturn]] void Fail() const;

  std::filesystem::path path_;
  std::FILE* file_;
  std::uint64_t size_ = 0;  // bytes written, including those of earlier processes
  std::uint64_t flushed_size_ = 0;
  bool has_rest_ = false;  // the first Write() drops the rest
};

// Reads the first `size` bytes of a file. Throws UserError if it is shorter.
std::string ReadWritten(const std::filesystem::path& path, std::uint64_t size);

}  // namespace arcadeq
