#include "machine/run_folder.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = 4'000'000;
constexpr std::int64_t kMostBytes = 256'000'000;
constexpr std::chrono::seconds kLongest{1};

struct FileSystem {
  std::int64_t magic;
  const char* name;
  bool in_memory;
};
constexpr FileSystem kFileSystems[] = {
    {EXT4_SUPER_MAGIC, "ext4", false},
    {XFS_SUPER_MAGIC, "xfs", false},
    {BTRFS_SUPER_MAGIC, "btrfs", false},
    {F2FS_SUPER_MAGIC, "f2fs", false},
    {0x2fc12fc1, "zfs", false},
    {OVERLAYFS_SUPER_MAGIC, "overlay (a container's)", false},
    {NFS_SUPER_MAGIC, "nfs (a network's)", false},
    {0xff534d42, "cifs (a network's)", false},
    {0xfe534d42, "smb2 (a network's)", false},
    {V9FS_MAGIC, "9p (another system's)", false},
    {FUSE_SUPER_MAGIC, "fuse", false},
    {TMPFS_MAGIC, "tmpfs", true},
    {RAMFS_MAGIC, "ramfs", true},
};

fs::path NearestExisting(const fs::path& path) {
  std::error_code error;
  fs::path nearest = path;
  while (!fs::exists(nearest, error) && nearest != nearest.parent_path()) {
    nearest = nearest.parent_path();
  }
  return nearest;
}

std::string Message(int error) {
  return std::generic_category().message(error);
}

// Opens a file without a name; get() < 0 if that fails, and errno is set.
FileDescriptor OpenNameless(const fs::path& directory) {
  FileDescriptor file(directory, O_TMPFILE | O_WRONLY);
  if (file.get() >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
  std::string name = (directory / ".arcadeq-doctor-XXXXXX").string();
  FileDescriptor named(mkostemp(name.data(), O_CLOEXEC));
  if (named.get() >= 0) ::unlink(name.c_str());
  return named;
}

// Sets the speed or the problem. Not compressible, for file systems that would compress it.
void MeasureWriting(RunFolder& folder) {
  const FileDescriptor file = OpenNameless(folder.existing);
  if (file.get() < 0) {
    folder.problem = Message(errno);
    return;
  }
  std::vector<std::byte> piece(kPiece);
  std::uint32_t random = 1;
  for (std::byte& byte : piece) {
    random = random * 1664525 + 1013904223;
    byte = static_cast<std::byte>(random >> 24);
  }
  const std::int64_t most = std::min(kMostBytes, folder.free_bytes / 2);
  const Clock::time_point began = Clock::now();
  std::int64_t written = 0;
  do {
    int error = WriteAll(file.get(), piece);
    if (error == 0) error = FlushFile(file.get());
    if (error != 0) {
      folder.problem = Message(error);
      return;
    }
    written += std::ssize(piece);
  } while (written < most && Clock::now() - began < kLongest);
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  folder.write_bytes_per_second = static_cast<double>(written) / std::max(seconds, 1e-9);
}

}  // namespace

RunFolder ExamineRunFolder(const fs::path& path) {
  RunFolder folder;
  std::error_code error;
  folder.path = fs::absolute(path, error).lexically_normal();
  folder.existing = NearestExisting(folder.path);
  if (!fs::is_directory(folder.existing, error)) {
    folder.problem =
        error ? error.message() : fmt::format("{} is a file", folder.existing.string());
    return folder;
  }
  struct statfs status {};
  if (::statfs(folder.existing.c_str(), &status) != 0) {
    folder.problem = Message(errno);
    return folder;
  }
  const auto magic = static_cast<std::int64_t>(static_cast<std::uint32_t>(status.f_type));
  const auto* known = std::ranges::find(kFileSystems, magic, &FileSystem::magic);
  if (known != std::end(kFileSystems)) {
    folder.file_system = known->name;
    folder.in_memory = known->in_memory;
  } else {
    folder.file_system = fmt::format("{:#x}", magic);
  }
  folder.free_bytes =
      static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_bsize);
  MeasureWriting(folder);
  return folder;
}

}  // namespace arcadeq
