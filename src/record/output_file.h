#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace arcadeq {

// A file that is written from its beginning to its end, buffered. Every failure (no such folder, a
// full disk) throws UserError with the file's name and the system's reason.
class OutputFile {
 public:
  // A new file.
  explicit OutputFile(std::filesystem::path path);
  // A file that is there, to be gone on with after its first `size` bytes. What follows these is
  // dropped with the first Write(); nothing is changed before. Throws UserError if it is shorter.
  OutputFile(std::filesystem::path path, std::uint64_t size);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(std::string_view bytes);
  // Hands everything written so far to the system.
  void Flush();
  // Flush(), and to the disk, so that what a checkpoint tells of outlives a crash of the machine.
  void Sync();
  // Flush() and close; nothing can be written afterwards.
  void Close();

  const std::filesystem::path& path() const { return path_; }
  // Bytes that the last Flush() that succeeded left in the file, those of an earlier process
  // included: whole Write()s. A failure leaves any number of bytes after these.
  std::uint64_t flushed_size() const { return flushed_size_; }

 private:
  [[noreturn]] void Fail() const;

  std::filesystem::path path_;
  std::FILE* file_;
  std::uint64_t size_ = 0;  // written, those of an earlier process included
  std::uint64_t flushed_size_ = 0;
  bool has_rest_ = false;  // to be dropped with the first Write()
};

// The first `size` bytes of a file that an earlier process wrote so much of. Throws UserError if it
// is shorter.
std::string ReadWritten(const std::filesystem::path& path, std::uint64_t size);

}  // namespace arcadeq
