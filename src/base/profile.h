#pragma once

#include <cstdint>
#include <filesystem>

#include "base/file_descriptor.h"

namespace arcadeq {

// Where a run's time goes: named scopes, kept for each thread and written in Chrome's trace format,
// which chrome://tracing and Perfetto show. While no profile is kept, a scope costs one load.
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
  std::int64_t began_;  // nanoseconds; negative: no profile is kept
};

// One at a time. No scope may be open when it is made, nor when it ends: it must outlive the
// threads that it tells of, or be finished while they rest.
class Profile {
 public:
  // The newest scopes of a thread are kept, so many of them: about 24 MB a thread.
  static constexpr std::int64_t kScopesPerThread = 1'000'000;

  // From now on scopes are kept. The file is made here, so that one that cannot be written is told
  // of before there is anything to lose. Throws UserError.
  explicit Profile(const std::filesystem::path& path,
                   std::int64_t scopes_per_thread = kScopesPerThread);
  // Finishes what was not, as far as the file can be written.
  ~Profile();
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;

  // Scopes are not kept any longer; writes those that were. Throws UserError.
  void Finish();

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

}  // namespace arcadeq
