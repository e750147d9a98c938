#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// Reads the whole file, or a pipe to its end. Throws UserError, naming the file and the reason, if
// it cannot be read; refuses devices, since some never end.
std::string ReadFile(const std::filesystem::path& path);

// Creates the directory and its missing parents, flushed so that they survive a crash of the
// machine. Throws UserError.
void MakeDirectories(const std::filesystem::path& path);

// Creates the directory and its missing parents. Returns false if the name is taken: of several
// processes that ask for one name, exactly one gets true. Throws UserError.
bool MakeNewDirectory(const std::filesystem::path& path);

// The names in a directory, sorted; none if there is no such directory. Throws UserError.
std::vector<std::string> ListDirectory(const std::filesystem::path& path);

// Replaces a file atomically: the new content goes to a temporary file beside it, which then takes
// its name. Follows symbolic links: the file they lead to is replaced, not the links.
class FileReplacement {
 public:
  // Creates the temporary file, empty and used by this object only. Throws UserError if `path`
  // leads to anything but a regular file or an unused name, or if the directory cannot be written.
  explicit FileReplacement(const std::filesystem::path& path);
  // Removes the temporary file unless it was committed.
  ~FileReplacement();
  FileReplacement(const FileReplacement&) = delete;
  FileReplacement& operator=(const FileReplacement&) = delete;

  // The file to replace: `path` with its links followed.
  const std::filesystem::path& target() const { return target_; }
  const std::filesystem::path& temporary() const { return temporary_; }
  // Renames the temporary file, which must be closed. Throws UserError.
  void Commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

// Replaces the content of the file and flushes it to disk. A crash or a full disk leaves either the
// old or the new file, whole. Throws UserError.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

// Removes the temporary files that killed processes left in a directory, as far as possible. No
// process may be writing there. Throws UserError if the directory cannot be read.
void RemoveTemporaryFiles(const std::filesystem::path& directory);

}  // namespace arcadeq
