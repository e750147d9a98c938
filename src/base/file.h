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

// The names in a directory, in their order; none if there is no such directory. Throws UserError.
std::vector<std::string> ListDirectory(const std::filesystem::path& path);

// Replaces the file by `content`, so that a crash or a full disk leaves either the old or the new
// file whole: written beside it, flushed to the disk, renamed. Throws UserError.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

// Removes the files that WriteFileAtomically() left in a directory when its process was killed; one
// that cannot be removed stays. No process may be writing there. Throws UserError if the directory
// cannot be read.
void RemoveTemporaryFiles(const std::filesystem::path& directory);

}  // namespace arcadeq
