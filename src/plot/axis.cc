#include "plot/axis.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace arcadeq {
namespace {

// The smallest 1, 2 or 5 times a power of ten that is at least `least`.
double NiceStep(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

}  // namespace

Ticks::Ticks(double low, double high, int count) {
  if (!(high > low)) {
    const double margin = std::max(std::abs(low) / 2, 0.5);
    high = low + margin;
    low -= margin;
  }
  const double step = NiceStep((high - low) / count);
  const double first = std::floor(low / step + 1e-9);
  const double last = std::ceil(high / step - 1e-9);
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  for (double i = first; i <= last; ++i) {
    values.push_back(i * step);
    labels.push_back(fmt::format("{:.{}f}", i == 0 ? 0.0 : i * step, decimals));
  }
}

}  // namespace arcadeq
