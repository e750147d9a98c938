#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// The columns of episodes.csv that learning curves need.
struct EpisodeRow {
  std::int64_t episode = 0;  // from 1, by its line
  std::int64_t step = 0;
  std::int64_t frame = 0;
  double raw_return = 0;
  double wall_seconds = 0;
};

struct EpisodeTable {
  std::vector<EpisodeRow> rows;  // those that are not damaged
  std::string damage;            // how many are, and where they begin; empty if none is
};

// A run's episodes.csv; empty if there is no such file. Omits an incomplete last row, which a run
// is still writing or was killed while writing. Throws UserError if the file cannot be read or
// lacks a column.
EpisodeTable ReadEpisodes(const std::filesystem::path& file);

EpisodeTable ParseEpisodes(std::string_view text, const std::string& origin);

}  // namespace arcadeq
