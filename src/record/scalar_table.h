#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace arcadeq {

struct ScalarPoint {
  std::int64_t step = 0;
  double value = 0;
  bool operator==(const ScalarPoint&) const = default;
};

// The scalars of TensorBoard's event files, by tag (record/metrics.h), in the order of the files.
using ScalarTable = std::map<std::string, std::vector<ScalarPoint>, std::less<>>;

// Reads all event files of a run, which may be in progress. Of a damaged file only the part before
// the damage counts, and `messages` receives a line. Skips values that are not finite. Throws
// UserError if the directory cannot be read.
ScalarTable ReadScalars(const std::filesystem::path& directory, std::vector<std::string>& messages);

}  // namespace arcadeq
