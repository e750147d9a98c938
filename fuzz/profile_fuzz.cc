// A profile in a run's directory, which a report shows. Shares of what is accepted are shares.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz.h"
#include "report/profile_summary.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  arcadeq::ProfileSummary summary;
  if (!arcadeq::fuzz::Accepts([&] { summary = arcadeq::SummarizeProfile(text, "profile.json"); })) {
    return 0;
  }
  arcadeq::fuzz::Require(summary.threads > 0 && std::isfinite(summary.thread_seconds) &&
                         summary.thread_seconds >= 0);
  for (const auto& scope : summary.scopes) {
    arcadeq::fuzz::Require(std::isfinite(scope.seconds) && scope.seconds >= 0);
  }
  return 0;
}
