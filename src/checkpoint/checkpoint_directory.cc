#include "checkpoint/checkpoint_directory.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/file_descriptor.h"

namespace arcadeq {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "step_";

void RemoveAll(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) ThrowUserError("cannot remove {}: {}", path.string(), error.message());
}

}  // namespace

std::string CheckpointName(std::int64_t step) {
  return fmt::format("{}{:09}", kPrefix, step);
}

std::optional<std::int64_t> ParseCheckpointName(const std::string& name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  std::int64_t step = -1;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), step);
  return step >= 0 && CheckpointName(step) == name ? std::optional(step) : std::nullopt;
}

std::vector<std::int64_t> ListCheckpoints(const fs::path& directory) {
  std::vector<std::int64_t> steps;
  for (const std::string& name : ListDirectory(directory)) {
    if (const auto step = ParseCheckpointName(name)) steps.push_back(*step);
  }
  std::ranges::sort(steps);
  return steps;
}

std::vector<std::int64_t> StepsToRemove(const std::vector<std::int64_t>& steps, std::int64_t newest,
                                        std::optional<std::int64_t> previous,
                                        const Retention& retention) {
  std::vector<std::int64_t> gone, line;  // `line` leads to `newest`
  for (const std::int64_t step : steps) {
    const bool left = step > newest || (previous && step > *previous && step < newest);
    (left ? gone : line).push_back(step);
  }
  std::int64_t archived = 0;  // multiples that have an archive or need none
  for (std::size_t i = 0; i < line.size(); ++i) {
    bool stays =
        line.size() - i <= static_cast<std::size_t>(std::max<std::int64_t>(retention.keep, 1));
    if (retention.archive_every_steps > 0 && line[i] / retention.archive_every_steps > archived) {
      archived = line[i] / retention.archive_every_steps;
      stays = true;
    }
    if (!stays) gone.push_back(line[i]);
  }
  return gone;
}

void RemoveCheckpoint(const fs::path& directory, std::int64_t step) {
  const fs::path path = directory / CheckpointName(step);
  const fs::path partial = path.string() + kPartialSuffix;
  RemoveAll(partial);
  if (::rename(path.c_str(), partial.c_str()) != 0) ThrowSystemError("remove", path, errno);
  RemoveAll(partial);
}

void RemovePartialCheckpoints(const fs::path& directory) {
  for (const std::string& name : ListDirectory(directory)) {
    if (!name.ends_with(kPartialSuffix)) continue;
    const auto stem = name.substr(0, name.size() - std::string_view(kPartialSuffix).size());
    if (ParseCheckpointName(stem)) RemoveAll(directory / name);
  }
}

}  // namespace arcadeq
