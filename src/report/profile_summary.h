#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace arcadeq {

// Where the time of a profiled run went (base/profile.h), over all threads.
struct ProfileSummary {
  struct Scope {
    std::string name;
    double seconds = 0;  // without the scopes within it
  };
  std::vector<Scope> scopes;  // longest first
  double thread_seconds = 0;  // number of threads times the time from the first scope to the last
  std::size_t threads = 0;
};

// Throws UserError if the file cannot be read or is not such a profile.
ProfileSummary SummarizeProfile(const std::filesystem::path& file);

}  // namespace arcadeq
