#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
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

// The kind of a file that is not regular, from its mode (see stat(2)).
std::string_view KindName(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

// The path at the end of a chain of symbolic links; nothing need exist there.
fs::path FollowLinks(const fs::path& path) {
  constexpr int kMaxLinks = 40;  // as in Linux
  fs::path end = path;
  for (int links = 0; links <= kMaxLinks; ++links) {
    std::error_code not_a_link;
    const fs::path next = fs::read_symlink(end, not_a_link);
    if (not_a_link) return end;
    end = end.parent_path() / next;
  }
  ThrowSystemError("write", path, ELOOP);
}

// See FileReplacement.
fs::path TargetOf(const fs::path& path) {
  if (path.filename().empty()) ThrowSystemError("write", path, ENOENT);
  const fs::path target = FollowLinks(path);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) ThrowSystemError("write", path, errno);
    return target;
  }
  if (!S_ISREG(status.st_mode)) {
    ThrowUserError("cannot write {}: {}, not a file", path.string(), KindName(status.st_mode));
  }
  // The links in /proc/PID/fd name open files, but such a file may have lost its name.
  std::error_code error;
  if (!fs::equivalent(path, target, error)) {
    ThrowUserError("cannot write {}: the file was removed", path.string());
  }
  return target;
}

// Creates an empty file beside `target`, so that the rename stays within one file system. Its name
// has the process id, or the next number that is free if a killed process or one on another system
// has taken that name.
fs::path MakeTemporary(const fs::path& target) {
  for (std::int64_t number = ::getpid();; ++number) {
    fs::path temporary = fmt::format("{}.{}{}", target.string(), number, kTemporarySuffix);
    const FileDescriptor file(temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (file.get() >= 0) return temporary;
    if (errno != EEXIST) ThrowSystemError("write", target, errno);
  }
}

// Whether MakeTemporary() creates such names.
bool IsTemporary(std::string_view name) {
  if (!name.ends_with(kTemporarySuffix)) return false;
  name.remove_suffix(kTemporarySuffix.size());
  const std::size_t last = name.find_last_not_of("0123456789");
  return last != std::string_view::npos && last > 0 && last + 1 < name.size() && name[last] == '.';
}

// Returns 0 or the system's error number.
int WriteContent(const fs::path& path, std::string_view content) {
  FileDescriptor file(path, O_WRONLY);
  if (file.get() < 0) return errno;
  if (const int error = WriteAll(file.get(), std::as_bytes(std::span(content)))) {
    return error;
  }
  if (const int error = FlushFile(file.get())) return error;
  return file.Close();
}

// Returns 0 or the system's error number; EEXIST if the name is taken.
int MakeDirectory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0777) != 0) return errno;
  const int failed = FlushDirectory(path.parent_path());
  return failed == EACCES ? 0 : failed;  // it may be writable but not readable
}

// Returns 0 or the system's error number.
int MakeMissingDirectories(const fs::path& path) {
  std::error_code error;
  if (path.empty() || fs::is_directory(path, error)) return 0;
  const fs::path parent = path.parent_path();
  if (const int failed = parent == path ? 0 : MakeMissingDirectories(parent)) return failed;
  const int failed = MakeDirectory(path);
  if (failed != EEXIST || fs::is_directory(path, error)) {
    return failed == EEXIST ? 0 : failed;  // another process created it
  }
  return error ? error.value() : ENOTDIR;
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
  // Reads to the end, not to the size: files in /proc have none.
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

bool MakeNewDirectory(const fs::path& path) {
  int error = MakeMissingDirectories(path.parent_path());
  if (error == 0) error = MakeDirectory(path);
  if (error != 0 && error != EEXIST) ThrowSystemError("make the directory", path, error);
  return error == 0;
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

FileReplacement::FileReplacement(const fs::path& path)
    : target_(TargetOf(path)), temporary_(MakeTemporary(target_)) {}

FileReplacement::~FileReplacement() {
  if (!committed_) ::unlink(temporary_.c_str());
}

void FileReplacement::Commit() {
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) {
    ThrowSystemError("write", target_, errno);
  }
  committed_ = true;
}

void WriteFileAtomically(const fs::path& path, std::string_view content) {
  FileReplacement file(path);
  int error = WriteContent(file.temporary(), content);
  if (error != 0) ThrowSystemError("write", path, error);
  file.Commit();
  error = FlushDirectory(file.target().parent_path());  // so that the rename survives a crash
  if (error != 0) ThrowSystemError("write", path, error);
}

void RemoveTemporaryFiles(const fs::path& directory) {
  for (const std::string& name : ListDirectory(directory)) {
    if (IsTemporary(name)) ::unlink((directory / name).c_str());
  }
}

}  // namespace arcadeq
