#pragma once

#include <cstddef>
#include <string>
#include <string_view>
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

// Summarizes the text of a profile. Throws UserError, naming `origin`, if it is not a profile.
ProfileSummary SummarizeProfile(std::string_view text, const std::string& origin);

}  // namespace arcadeq
