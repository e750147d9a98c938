#include "checkpoint/checkpoint_file.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file_descriptor.h"
#include "checkpoint/manifest.h"

namespace arcadeq {

PlainFile::PlainFile(const std::filesystem::path& path)
    : file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) {
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) ThrowSystemError("read", path, errno);
  if (!S_ISREG(status.st_mode)) ThrowUserError("{} is not a regular file", path.string());
  size = static_cast<std::uint64_t>(status.st_size);
}

CheckpointFileReader::CheckpointFileReader(const std::filesystem::path& path,
                                           const FileEntry& entry)
    : path_(path), file_(path), expected_hash_(entry.hash), remaining_(entry.size) {
  if (file_.size != entry.size) {
    ThrowUserError("{} is damaged: it has {} bytes, expected {}", path.string(), file_.size,
                   entry.size);
  }
  CheckHashAtEnd();
}

void CheckpointFileReader::Read(std::span<std::byte> bytes) {
  if (bytes.size() > remaining_) {
    ThrowUserError("{} is damaged: {} bytes needed, {} left", path_.string(), bytes.size(),
                   remaining_);
  }
  std::size_t got = 0;
  const int error = ReadAll(file_.file.get(), bytes, got);
  if (error != 0) ThrowSystemError("read", path_, error);
  if (got < bytes.size()) ThrowUserError("{} was truncated during reading", path_.string());
  hash_.Add(std::span<const std::byte>(bytes));
  remaining_ -= got;
  CheckHashAtEnd();
}

void CheckpointFileReader::Verify() {
  constexpr std::uint64_t kPiece = 1 << 20;
  std::vector<std::byte> piece(std::min(kPiece, remaining_));
  while (remaining_ > 0) Read(std::span(piece).first(std::min(kPiece, remaining_)));
}

void CheckpointFileReader::CheckHashAtEnd() const {
  if (remaining_ == 0 && hash_.value() != expected_hash_) {
    ThrowUserError("{} is damaged: its content does not match its hash in the manifest",
                   path_.string());
  }
}

}  // namespace arcadeq
