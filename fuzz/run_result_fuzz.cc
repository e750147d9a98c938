// The result of a sweep's run. What is accepted has counts and a score.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "fuzz.h"
#include "memory_file.h"
#include "sweep/run_result.h"
#include "train/run_counters.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const arcadeq::fuzz::MemoryFile file(text);
  std::optional<arcadeq::RunResult> result;
  if (!arcadeq::fuzz::Accepts([&] { result = arcadeq::ReadResult(file.path()); })) return 0;
  if (!result) std::abort();  // the file exists
  const arcadeq::RunCounters& counters = result->counters;
  arcadeq::fuzz::Require(counters.steps >= 0 && counters.frames >= 0 && counters.episodes >= 0 &&
                         counters.updates >= 0);
  arcadeq::fuzz::Require(result->games() > 0 && std::isfinite(result->Summary().mean));
  return 0;
}
