#include "report/number_text.h"

#include <cmath>
#include <string>

#include <fmt/format.h>

#include "base/quantity_text.h"

namespace arcadeq {

std::string NumberText(double value) {
  constexpr double kMostCount = 1e15;
  const double magnitude = std::abs(value);
  if (magnitude < kMostCount && (magnitude >= 100 || value == std::round(value))) {
    return FormatCount(std::llround(value));
  }
  return fmt::format("{:.3g}", value);
}

}  // namespace arcadeq
