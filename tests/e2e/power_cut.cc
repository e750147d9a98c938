// Preloaded into a program (LD_PRELOAD), simulates what a power cut leaves of its files.
//
//   POWER_CUT_DISK    the directory that is the disk; its initial contents are already flushed
//   POWER_CUT_AFTER   the call at which the power fails, counting those at the end of this file
//   POWER_CUT_SEED    determines the fate of everything that was not flushed
//   POWER_CUT_LEAVES  a new directory, which receives the disk's contents after the cut
//
// The cut kills the process (SIGKILL). Whatever fsync() or fdatasync() flushed exists afterwards,
// in the state at that time or a later one:
//
// - A directory as it was between any two calls since. Its changes reach the disk in order, but
//   possibly long before or after those of other directories.
// - A file with any prefix of the bytes appended since, the last of which may be zeros. A file that
//   was changed in another way has its old or its new content.

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ios>
#include <iterator>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

using InodeNumber = ino_t;
using Names = std::map<std::string, InodeNumber>;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "power_cut: %s\n", what.c_str());
  std::abort();
}

const char* Setting(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) Fail(std::string(name) + " is not set");
  return value;
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Held open, so that its number is not reused and that it can be read without a name.
class Inode {
 public:
  explicit Inode(const fs::path& path)
      : fd_(::open(path.c_str(), O_PATH | O_CLOEXEC)), is_directory_(fs::is_directory(path)) {
    if (fd_ < 0) Fail("cannot open " + path.string());
  }
  fs::path path() const { return "/proc/self/fd/" + std::to_string(fd_); }
  bool is_directory() const { return is_directory_; }

  std::string flushed;              // a file's content
  std::vector<Names> names = {{}};  // a directory's names: as flushed, and after each change since

 private:
  int fd_;
  bool is_directory_;
};

class Disk {
 public:
  Disk()
      : random_(std::strtoull(Setting("POWER_CUT_SEED"), nullptr, 10)),
        calls_left_(std::strtoll(Setting("POWER_CUT_AFTER"), nullptr, 10)) {
    const fs::path path = Setting("POWER_CUT_DISK");
    root_ = Meet(path);
    SeeChanges();
    for (auto& [number, inode] : inodes_) Flush(inode);
  }

  void BeforeCall() {
    if (--calls_left_ == 0) Cut();
  }

  void SeeChanges() {
    for (bool changed = true; changed;) {
      changed = false;
      for (auto& [number, inode] : inodes_) {
        if (!inode.is_directory()) continue;
        Names now = List(inode);
        if (now == inode.names.back()) continue;
        inode.names.push_back(std::move(now));
        changed = true;  // its new entries may precede it in the map
      }
    }
  }

  void Flushed(int fd) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return;
    if (const auto found = inodes_.find(status.st_ino); found != inodes_.end()) {
      Flush(found->second);
    }
  }

 private:
  InodeNumber Meet(const fs::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) Fail("cannot find " + path.string());
    if (!inodes_.contains(status.st_ino)) inodes_.emplace(status.st_ino, Inode(path));
    return status.st_ino;
  }

  Names List(const Inode& directory) {
    Names names;
    std::error_code gone;  // another thread may be removing files
    for (const auto& entry : fs::directory_iterator(directory.path(), gone)) {
      struct stat status {};
      if (::lstat(entry.path().c_str(), &status) == 0) {
        names.emplace(entry.path().filename(), Meet(entry.path()));
      }
    }
    return names;
  }

  static void Flush(Inode& inode) {
    if (inode.is_directory()) {
      inode.names.erase(inode.names.begin(), inode.names.end() - 1);
    } else {
      inode.flushed = Read(inode.path());
    }
  }

  [[noreturn]] void Cut() {
    SeeChanges();
    Leave(root_, Setting("POWER_CUT_LEAVES"));
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
  }

  void Leave(InodeNumber number, const fs::path& path) {
    const Inode& inode = inodes_.at(number);
    if (inode.is_directory()) {
      fs::create_directory(path);
      for (const auto& [name, child] : inode.names[Below(inode.names.size())]) {
        Leave(child, path / name);
      }
    } else if (const auto [left, is_first] = left_.emplace(number, path); is_first) {
      std::ofstream(path, std::ios::binary) << Content(inode);
    } else {
      fs::create_hard_link(left->second, path);
    }
  }

  std::string Content(const Inode& file) {
    std::string now = Read(file.path());
    if (!now.starts_with(file.flushed)) return Below(2) == 0 ? now : file.flushed;
    const std::size_t flushed = file.flushed.size();
    now.resize(flushed + Below(now.size() - flushed + 1));
    const std::size_t whole = flushed + Below(2 * (now.size() - flushed) + 1);
    for (std::size_t i = whole; i < now.size(); ++i) now[i] = '\0';
    return now;
  }

  std::size_t Below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }

  std::mt19937_64 random_;
  long long calls_left_;
  InodeNumber root_;
  std::map<InodeNumber, Inode> inodes_;  // all inodes seen so far
  std::map<InodeNumber, fs::path> left_;
};

Disk& TheDisk() {
  static Disk disk;
  return disk;
}

std::recursive_mutex mutex;
bool is_watching = true;

// Exists during an intercepted call, one at a time. Ignores calls that the disk itself makes.
class Call {
 public:
  Call() : lock_(mutex), is_watched_(std::exchange(is_watching, false)) {
    if (is_watched_) TheDisk().BeforeCall();
  }
  ~Call() {
    const int error = errno;
    if (is_watched_) {
      TheDisk().SeeChanges();
      is_watching = true;
    }
    errno = error;
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  std::lock_guard<std::recursive_mutex> lock_;
  bool is_watched_;
};

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

int Flush(const char* name, int fd) {
  const Call call;
  const int result = Real<int(int)>(name)(fd);
  if (result == 0) TheDisk().Flushed(fd);
  return result;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  std::va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  auto* const real = Real<int(const char*, int, ...)>("open");
  if ((flags & O_CREAT) == 0) return real(path, flags);
  const Call call;
  return real(path, flags, mode);
}

int mkdir(const char* path, mode_t mode) noexcept {
  const Call call;
  return Real<int(const char*, mode_t)>("mkdir")(path, mode);
}

int link(const char* from, const char* to) noexcept {
  const Call call;
  return Real<int(const char*, const char*)>("link")(from, to);
}

int rename(const char* from, const char* to) noexcept {
  const Call call;
  return Real<int(const char*, const char*)>("rename")(from, to);
}

int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) noexcept {
  const Call call;
  return Real<int(int, const char*, int, const char*, unsigned)>("renameat2")(from_at, from, to_at,
                                                                              to, flags);
}

int unlink(const char* path) noexcept {
  const Call call;
  return Real<int(const char*)>("unlink")(path);
}

int unlinkat(int at, const char* path, int flags) noexcept {
  const Call call;
  return Real<int(int, const char*, int)>("unlinkat")(at, path, flags);
}

int ftruncate(int fd, off_t size) noexcept {
  const Call call;
  return Real<int(int, off_t)>("ftruncate")(fd, size);
}

int fsync(int fd) {
  return Flush("fsync", fd);
}

int fdatasync(int fd) {
  return Flush("fdatasync", fd);
}

}  // extern "C"
