#include "env/reward.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace arcadeq {
namespace {

struct Entry {
  const char* name;
  double (*function)(double r);
};

constexpr Entry kEntries[] = {
    {"none", [](double r) { return r; }},
    {"clip", [](double r) { return std::clamp(r, -1.0, 1.0); }},
    {"root", [](double r) { return std::copysign(std::sqrt(std::abs(r)), r); }},
};

}  // namespace

RewardTransform::RewardTransform(std::string_view name, double scale) : scale_(scale) {
  const auto* entry = std::ranges::find(kEntries, name, &Entry::name);
  if (entry == std::end(kEntries)) throw std::logic_error("RewardTransform: no such name");
  function_ = entry->function;
}

std::vector<std::string> RewardTransformNames() {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) names.emplace_back(entry.name);
  return names;
}

}  // namespace arcadeq
