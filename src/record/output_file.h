#pragma once

#include <cstdio>
#include <filesystem>
#include <string_view>

namespace arcadeq {

// A new file that is written from its beginning to its end, buffered. Every failure (no such
// folder, a full disk) throws UserError with the file's name and the system's reason.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void Write(std::string_view bytes);
  // Hands everything written so far to the system.
  void Flush();
  // Flush() and close; nothing can be written afterwards.
  void Close();

  const std::filesystem::path& path() const { return path_; }

 private:
  [[noreturn]] void Fail() const;

  std::filesystem::path path_;
  std::FILE* file_;
};

}  // namespace arcadeq
