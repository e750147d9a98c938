// The rows of an episodes.csv that is drawn.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "fuzz.h"
#include "record/episode_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t rows = 0;
  if (arcadeq::fuzz::Accepts(
          [&] { rows = arcadeq::ParseEpisodes(text, "input.csv").rows.size(); })) {
    arcadeq::fuzz::Require(rows <= static_cast<std::size_t>(std::ranges::count(text, '\n')));
  }
  return 0;
}
