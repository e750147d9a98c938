#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/file_descriptor.h"
#include "base/hash.h"
#include "checkpoint/manifest.h"

namespace arcadeq {

// A file that is there and a plain file, open for reading. Throws UserError; waits for nothing, and
// follows no link.
struct PlainFile {
  explicit PlainFile(const std::filesystem::path& path);

  FileDescriptor file;
  std::uint64_t size = 0;  // bytes
};

// Reads a file of a checkpoint from its beginning to its end, and checks it against its entry in
// the manifest: the size before anything is read, the hash with the last byte. By read(2), not by a
// map: a disk that fails, or a file cut short meanwhile, is then an error and not a signal. Not
// buffered: read it in large pieces.
class CheckpointFileReader {
 public:
  // Throws UserError if there is no such file of this size.
  CheckpointFileReader(const std::filesystem::path& path, const FileEntry& entry);

  // The next bytes, all of them. Throws UserError if there are fewer, if they cannot be read, or if
  // these are the last ones and the file is not what the manifest says.
  void Read(std::span<std::byte> bytes);
  std::uint64_t remaining() const { return remaining_; }

  // Reads what is left for its check alone.
  void Verify();

 private:
  void CheckHashAtEnd() const;

  std::filesystem::path path_;
  PlainFile file_;
  Hash hash_;
  std::uint64_t expected_hash_;
  std::uint64_t remaining_;
};

}  // namespace arcadeq
