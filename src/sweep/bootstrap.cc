#include "sweep/bootstrap.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "base/random.h"

namespace arcadeq {
namespace {

constexpr std::size_t kResamples = 2000;
constexpr double kOutsideEachEnd = 0.025;

}  // namespace

double MeanOf(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Interval BootstrapInterval(std::span<const double> values) {
  RandomStream random(0, "bootstrap");
  std::vector<double> means(kResamples);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[random.Below(values.size())];
    mean = sum / static_cast<double>(values.size());
  }
  std::ranges::sort(means);
  const auto outside = static_cast<std::size_t>(kOutsideEachEnd * kResamples);
  return {means[outside], means[kResamples - 1 - outside]};
}

}  // namespace arcadeq
