#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace arcadeq {

// The whole file. Throws UserError, naming the file and the system's reason, if it cannot be read.
std::string ReadFile(const std::filesystem::path& path);

// Replaces the file by `content`, so that a crash or a full disk leaves either the old or the new
// file whole: written beside it, flushed to the disk, renamed. Throws UserError.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view content);

}  // namespace arcadeq
