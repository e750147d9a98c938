#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// The whole file, or all that comes out of a pipe. Throws UserError, naming the file and the
// reason, if it cannot be read; devices are refused, since some never end.
std::string ReadFile(const std::filesystem::path& path);

// Makes the directory and those above it where there are none, so that they outlive a crash of the
// machine. Throws UserError.
void MakeDirectories(const std::filesystem::path& path);

// Makes the directory, and those above it where there are none. Returns whether it did: if not,
// something was there, and of several processes that ask for one name exactly one gets it. Throws
// UserError.
bool MakeNewDirectory(const std::filesystem::path& path);

// The names in a directory, in their order; none if there is no such directory. Throws UserError.
std::vector<std::string> ListDirectory(const std::filesystem::path& path);

// Gives a file new content whole or not at all: the content is written to a temporary file beside
// it, which then takes its name. Links are followed: the file at their end is replaced, not they.
class FileReplacement {
 public:
  // Makes the temporary file, empty and this object's alone. Throws UserError if `path` leads to
  // anything but a regular file or a name that is free, or if the directory cannot be written.
  explicit FileReplacement(const std::filesystem::path& path);
  // Removes the temporary file unless it was committed.
  ~FileReplacement();
  FileReplacement(const FileReplacement&) = delete;
  FileReplacement& operator=(const FileReplacement&) = delete;

  // What is to be replaced: `path` with its links followed.
  const std::filesystem::path& target() const { return target_; }
  const std::filesystem::path& temporary() const { return temporary_; }
  // Renames the temporary file, which must be closed. Throws UserError.
  void Commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

// Replaces the file by `content`, flushed to the disk, so that a crash or a full disk leaves either
// the old or the new file whole. Throws UserError.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

// Removes the temporary files that killed processes left in a directory; one that cannot be removed
// stays. No process may be writing there. Throws UserError if the directory cannot be read.
void RemoveTemporaryFiles(const std::filesystem::path& directory);

}  // namespace arcadeq
