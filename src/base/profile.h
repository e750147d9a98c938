#pragma once

#include <cstdint>
#include <filesystem>

#include "base/file_descriptor.h"

namespace arcadeq {

// Profiles a run: named scopes, recorded for each thread and written in Chrome's trace format, for
// chrome://tracing and Perfetto. While no profile is active, a scope costs one load.
//
//   { const ProfileScope scope("sample"); replay.Sample(...); }
class ProfileScope {
 public:
  // `name` must live as long as the program.
  explicit ProfileScope(const char* name);
  ~ProfileScope();
  ProfileScope(const ProfileScope&) = delete;
  ProfileScope& operator=(const ProfileScope&) = delete;

 private:
  const char* name_;
  std::int64_t began_;  // nanoseconds; negative: no profile is active
};

// Only one may exist at a time. No scope may be open when it is created or finished: it must
// outlive the threads that it records, or be finished while they are idle.
class Profile {
 public:
  // Number of most recent scopes to keep per thread, about 24 MB.
  static constexpr std::int64_t kScopesPerThread = 1'000'000;

  // Starts recording. Creates the file, so that a path that cannot be written is reported before
  // there is anything to lose. Throws UserError.
  explicit Profile(const std::filesystem::path& path,
                   std::int64_t scopes_per_thread = kScopesPerThread);
  // Finishes the profile unless that was done; ignores write errors.
  ~Profile();
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;

  // Stops recording and writes the file. Throws UserError.
  void Finish();

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

}  // namespace arcadeq
