#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/agents.h"
#include "report/run_contents.h"

namespace arcadeq {

struct PageOptions {
  std::uint64_t video_bytes = 16'000'000;  // limit for all videos together
  std::string_view program_version;
};

// A page about the runs: one HTML file that requests nothing else. Its content security policy
// allows only the embedded images, styles and script.
std::string MakePage(const ReportedRuns& runs, const PageOptions& options);

// The runs that arguments of the program mean, each once: directories of runs; all runs in the
// directory of a sweep; those of a variant, SWEEP/VARIANT. Throws UserError if an argument means
// none.
std::vector<RunContents> ReadArguments(const std::vector<std::string>& arguments);

}  // namespace arcadeq
