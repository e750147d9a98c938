#pragma once

#include <cstdint>
#include <filesystem>

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

class Profile {
 public:
  // The newest scopes of a thread are kept, so many of them: about 24 MB a thread.
  static constexpr std::int64_t kScopesPerThread = 1'000'000;

  // From now on scopes are kept, what was kept before is forgotten. No scope may be open.
  static void Start(std::int64_t scopes_per_thread = kScopesPerThread);
  // Scopes are not kept any longer; writes those that were, if there was a Start(). No scope may be
  // open. Throws UserError if the file cannot be written.
  static void WriteAndStop(const std::filesystem::path& path);
};

}  // namespace arcadeq
