#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// The columns of episodes.csv that learning curves need.
struct EpisodeRow {
  std::int64_t step = 0;
  std::int64_t frame = 0;
  double raw_return = 0;
  double wall_seconds = 0;
};

// The rows of a run's episodes.csv; none if there is no such file. Omits an incomplete last row,
// which a run is still writing or was killed while writing. Throws UserError if the file cannot be
// read or is invalid.
std::vector<EpisodeRow> ReadEpisodes(const std::filesystem::path& file);

std::vector<EpisodeRow> ParseEpisodes(std::string_view text, const std::string& origin);

}  // namespace arcadeq
