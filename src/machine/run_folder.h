#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace arcadeq {

// The directory in which runs are to be made, and the disk below it.
struct RunFolder {
  std::filesystem::path path;  // absolute
  // The directory that was examined: `path` or, if that does not exist, its nearest parent.
  std::filesystem::path existing;
  std::string file_system;  // "ext4"; a number in hexadecimal for one whose name we do not know
  bool in_memory = false;   // its files are lost when the machine restarts
  std::int64_t free_bytes = 0;
  double write_bytes_per_second = 0;  // flushed to the disk
  std::string problem;                // why nothing can be written; empty if it can
};

// Writes for about a second into a file without a name, which vanishes however the program ends.
RunFolder ExamineRunFolder(const std::filesystem::path& path);

}  // namespace arcadeq
