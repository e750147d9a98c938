#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {

// Suggestions for a misspelt name: at most `count` of `names`, nearest first, by edit distance
// (Levenshtein 1966), ignoring case and word separators. If the name is longer than all of `names`,
// only its beginning counts.
std::vector<std::string> NearestNames(const std::vector<std::string>& names,
                                      std::string_view misspelt, std::size_t count);

}  // namespace arcadeq
