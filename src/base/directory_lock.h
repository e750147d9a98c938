#pragma once

#include <filesystem>
#include <string>

#include <sys/file.h>

#include "base/error.h"
#include "base/file_descriptor.h"

namespace arcadeq {

inline constexpr const char* kLockFile = "lock";

// Another process has the directory; it may be free later.
class DirectoryInUse : public UserError {
 public:
  using UserError::UserError;
};

// Restricts a directory to one process at a time, with flock(2) on DIRECTORY/lock, which holds the
// owner's process id and is never removed. The system releases the lock whenever and however the
// owner ends, so a leftover file does no harm. A child created by fork() shares the lock; a program
// started by exec() does not.
class DirectoryLock {
 public:
  using Flock = int (*)(int, int);

  // Throws DirectoryInUse, naming the owner, if the directory is in use, even by this process, and
  // UserError if it cannot be written. Only tests replace `flock`.
  explicit DirectoryLock(const std::filesystem::path& directory, Flock flock = ::flock);

  // One line that says why the directory could not be locked (its file system has no locks); empty
  // if it is locked.
  const std::string& warning() const { return warning_; }

 private:
  FileDescriptor file_;
  std::string warning_;
};

// Whether a process holds the directory's lock. Writes nothing; false if that cannot be told.
// Shares the lock for an instant, which a DirectoryLock made meanwhile waits out.
bool IsLocked(const std::filesystem::path& directory);

}  // namespace arcadeq
