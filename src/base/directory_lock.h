#pragma once

#include <filesystem>
#include <string>

#include <sys/file.h>

#include "base/file_descriptor.h"

namespace arcadeq {

inline constexpr const char* kLockFile = "lock";

// Keeps a directory to one process at a time, by flock(2) on DIRECTORY/lock, which holds the
// owner's process id and stays behind. The system lets go of the lock when its owner ends, however
// it ends, so that a file left behind is not in the way. A child made by fork() shares the lock; a
// program that exec() starts does not.
class DirectoryLock {
 public:
  using Flock = int (*)(int, int);

  // Throws UserError, naming the owner, if the directory is in use, also by this very process; and
  // if it cannot be written. `flock` is another function only in tests.
  explicit DirectoryLock(const std::filesystem::path& directory, Flock flock = ::flock);

  // Why the directory is not kept to this process, one line: its file system has no locks. Empty
  // otherwise.
  const std::string& warning() const { return warning_; }

 private:
  FileDescriptor file_;
  std::string warning_;
};

}  // namespace arcadeq
