#pragma once

#include <cstddef>
#include <string_view>

namespace arcadeq {

// How often `part`, which is not empty, occurs in a drawing's text.
inline std::size_t CountOccurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace arcadeq
