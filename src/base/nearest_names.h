#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// The names that a misspelt one may have meant: at most `count`, the nearest first, by how many
// letters must be inserted, deleted or replaced (Levenshtein 1966), without regard to case and to
// what stands between words. Of a name longer than all of `names` only its beginning counts.
std::vector<std::string> NearestNames(const std::vector<std::string>& names,
                                      std::string_view misspelt, std::size_t count);

}  // namespace arcadeq
