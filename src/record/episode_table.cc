#include "record/episode_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/decimal.h"
#include "base/error.h"
#include "base/file.h"
#include "base/plausible.h"

namespace arcadeq {
namespace {

// Removes the text up to the next separator, and the separator; returns the text.
std::string_view Take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

std::vector<std::string_view> Cells(std::string_view line) {
  std::vector<std::string_view> cells;
  while (!line.empty()) cells.push_back(Take(line, ','));
  return cells;
}

// Maps the fields of an EpisodeRow to columns of the file.
class Columns {
 public:
  Columns(std::string_view header, const std::string& origin) {
    const std::vector<std::string_view> names = Cells(header);
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      const auto found = std::ranges::find(names, kNames[i]);
      if (found == names.end()) ThrowUserError("{} has no column {}", origin, kNames[i]);
      places_[i] = static_cast<std::size_t>(found - names.begin());
    }
  }

  bool Read(std::string_view line, EpisodeRow& row) const {
    const std::vector<std::string_view> cells = Cells(line);
    const auto read = [&](std::size_t column, auto& value) {
      return places_[column] < cells.size() && ParseDecimal(cells[places_[column]], value);
    };
    return read(0, row.step) && read(1, row.frame) && read(2, row.raw_return) &&
           read(3, row.wall_seconds) && IsPlausible(row);
  }

 private:
  static bool IsPlausible(const EpisodeRow& row) {
    return IsPlausibleAmount(row.step) && IsPlausibleAmount(row.frame) &&
           IsPlausibleAmount(row.wall_seconds) && std::abs(row.raw_return) <= kMostPlausible;
  }

  static constexpr std::array<std::string_view, 4> kNames = {"step", "frame", "raw_return",
                                                             "wall_seconds"};
  std::array<std::size_t, kNames.size()> places_{};
};

}  // namespace

EpisodeTable ReadEpisodes(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  return ParseEpisodes(ReadFile(file), file.string());
}

EpisodeTable ParseEpisodes(std::string_view text, const std::string& origin) {
  EpisodeTable table;
  text = text.substr(0, text.rfind('\n') + 1);
  if (text.empty()) return table;
  const Columns columns(Take(text, '\n'), origin);
  std::int64_t all = 0, damaged = 0, first_damaged = 0;
  while (!text.empty()) {
    EpisodeRow row;
    row.episode = ++all;
    if (columns.Read(Take(text, '\n'), row)) {
      table.rows.push_back(row);
    } else if (++damaged == 1) {
      first_damaged = all;
    }
  }
  if (damaged > 0) {
    table.damage =
        fmt::format("{}:{}: expected the row of an episode; of {} rows {} {} damaged", origin,
                    first_damaged + 1, all, damaged, damaged == 1 ? "is" : "are");
  }
  return table;
}

}  // namespace arcadeq
