#include "base/nearest_names.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace arcadeq {
namespace {

// Normalises a letter for comparison: names are lower case with underscores between words.
char Folded(char letter) {
  if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
  return letter == '-' || letter == ' ' ? '_' : letter;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(
      b.size());  // distances from the current prefix of `a` to each prefix of `b`
  std::iota(row.begin(), row.end(), std::size_t{1});
  std::size_t last = b.size();
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = i;
    last = i + 1;
    auto cell = row.begin();
    for (const char letter : b) {
      const std::size_t replaced = diagonal + (Folded(a[i]) == Folded(letter) ? 0 : 1);
      diagonal = *cell;
      last = *cell++ = std::min(replaced, std::min(last, diagonal) + 1);
    }
  }
  return last;
}

}  // namespace

std::vector<std::string> NearestNames(const std::vector<std::string>& names,
                                      std::string_view misspelt, std::size_t count) {
  std::size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, name.size());
  misspelt = misspelt.substr(0, longest);

  std::vector<std::pair<std::size_t, const std::string*>> by_distance;
  by_distance.reserve(names.size());
  for (const std::string& name : names) {
    by_distance.emplace_back(EditDistance(name, misspelt), &name);
  }
  std::ranges::stable_sort(by_distance, {}, [](const auto& pair) { return pair.first; });
  std::vector<std::string> nearest;
  for (const auto& [distance, name] : by_distance) {
    if (nearest.size() < count) nearest.push_back(*name);
  }
  return nearest;
}

}  // namespace arcadeq
