#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/file_descriptor.h"
#include "base/hash.h"
#include "checkpoint/manifest.h"

namespace arcadeq {

// A regular file, open for reading. The constructor throws UserError if there is none; it never
// blocks and does not follow links.
struct PlainFile {
  explicit PlainFile(const std::filesystem::path& path);

  FileDescriptor file;
  std::uint64_t size = 0;  // bytes
};

// Reads a file of a checkpoint from beginning to end and checks it against its entry in the
// manifest: the size before anything is read, the hash at the last byte. Uses read(2) rather than
// mmap(2), so that a failing disk or a truncated file is an error and not a signal. Unbuffered:
// read large pieces.
class CheckpointFileReader {
 public:
  // Throws UserError if there is no such file of this size.
  CheckpointFileReader(const std::filesystem::path& path, const FileEntry& entry);

  // Fills `bytes` with the next ones. Throws UserError if there are fewer, if they cannot be read,
  // or if they are the last ones and the hash does not match.
  void Read(std::span<std::byte> bytes);
  std::uint64_t remaining() const { return remaining_; }

  // Reads the rest of the file only to check its hash.
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
