#include "sweep/sweep_directory.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "train/run_directory.h"

namespace arcadeq {

namespace fs = std::filesystem;

std::string_view VariantOf(std::string_view run) {
  constexpr std::string_view kSeed = "-seed";
  const std::size_t seed = run.rfind(kSeed);
  if (seed == std::string_view::npos || seed == 0) return "";
  const std::string_view number = run.substr(seed + kSeed.size());
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !number.empty() && std::ranges::all_of(number, is_digit) ? run.substr(0, seed) : "";
}

std::vector<std::string> ListSweepRuns(const fs::path& sweep, std::string_view variant) {
  std::vector<std::string> runs = ListDirectory(sweep);
  std::erase_if(runs, [&](const std::string& name) {
    const std::string_view its = VariantOf(name);
    return its.empty() || (!variant.empty() && its != variant) ||
           !RunDirectory::IsRun(sweep / name);
  });
  return runs;
}

bool IsSweep(const fs::path& path) {
  std::error_code error;
  return !RunDirectory::IsRun(path) && fs::is_directory(path / "results", error);
}

fs::path ResultFileOf(const fs::path& run) {
  return run.parent_path() / "results" / (run.filename().string() + ".json");
}

fs::path PathOfArgument(const std::string& argument) {
  std::error_code error;
  const fs::path path = fs::absolute(argument, error).lexically_normal();
  if (error) ThrowUserError("cannot find {}: {}", argument, error.message());
  return path.has_filename() ? path : path.parent_path();  // "runs/NAME/"
}

}  // namespace arcadeq
