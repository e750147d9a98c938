#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemporarySuffix = ".tmp";

// Named by the process, so that two of them do not write into one file; in the same directory, so
// that the rename stays within a file system.
fs::path TemporaryOf(const fs::path& path) {
  return fmt::format("{}.{}{}", path.string(), ::getpid(), kTemporarySuffix);
}

// Whether it is TemporaryOf() something in some process.
bool IsTemporary(std::string_view name) {
  if (!name.ends_with(kTemporarySuffix)) return false;
  name.remove_suffix(kTemporarySuffix.size());
  const std::size_t last = name.find_last_not_of("0123456789");
  return last != std::string_view::npos && last > 0 && last + 1 < name.size() && name[last] == '.';
}

// Returns 0 or the system's error number.
int WriteNewFile(const fs::path& path, std::string_view content) {
  FileDescriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) return errno;
  if (const int error = WriteAll(file.get(), std::as_bytes(std::span(content)))) {
    return error;
  }
  if (const int error = FlushFile(file.get())) return error;
  return file.Close();
}

// Returns 0 or the system's error number.
int MakeMissingDirectories(const fs::path& path) {
  std::error_code error;
  if (path.empty() || fs::is_directory(path, error)) return 0;
  const fs::path parent = path.parent_path();
  if (const int failed = parent == path ? 0 : MakeMissingDirectories(parent)) return failed;
  if (::mkdir(path.c_str(), 0777) != 0) {
    if (errno != EEXIST) return errno;
    if (fs::is_directory(path, error)) return 0;  // another process was first
    return error ? error.value() : ENOTDIR;
  }
  const int failed = FlushDirectory(parent);
  return failed == EACCES ? 0 : failed;  // it may be written and not be read
}

}  // namespace

std::string ReadFile(const fs::path& path) {
  FileDescriptor file(path, O_RDONLY);
  if (file.get() < 0) ThrowSystemError("read", path, errno);
  struct stat status {};
  std::string content;
  if (::fstat(file.get(), &status) != 0) ThrowSystemError("read", path, errno);
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
    ThrowUserError("cannot read {}: a device, not a file", path.string());
  }
  if (S_ISREG(status.st_mode)) {
    content.reserve(static_cast<std::size_t>(status.st_size) + 1);
  }
  // To the end rather than to the size: the files of /proc have none.
  constexpr std::size_t kPiece = 1 << 16;
  for (;;) {
    const std::size_t size = content.size();
    content.resize(size < content.capacity() ? content.capacity() : size + kPiece);
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    content.resize(size + static_cast<std::size_t>(got > 0 ? got : 0));
    if (got == 0) return content;
    if (got < 0 && errno != EINTR) ThrowSystemError("read", path, errno);
  }
}

void MakeDirectories(const fs::path& path) {
  const int error = MakeMissingDirectories(path);
  if (error != 0) ThrowSystemError("make the directory", path, error);
}

std::vector<std::string> ListDirectory(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    ThrowUserError("cannot read {}: {}", path.string(), error.message());
  }
  std::ranges::sort(names);
  return names;
}

void WriteFileAtomically(const fs::path& path, std::string_view content) {
  const fs::path temporary = TemporaryOf(path);
  int error = WriteNewFile(temporary, content);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    ThrowSystemError("write", path, error);
  }
  error = FlushDirectory(path.parent_path());  // so that the rename outlives a crash
  if (error != 0) ThrowSystemError("write", path, error);
}

void RemoveTemporaryFiles(const fs::path& directory) {
  for (const std::string& name : ListDirectory(directory)) {
    if (IsTemporary(name)) ::unlink((directory / name).c_str());
  }
}

}  // namespace arcadeq
