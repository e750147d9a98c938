#include "loss/cross_entropy_loss.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/histogram.h"

namespace arcadeq {

CrossEntropyLoss::CrossEntropyLoss(float low, float high, std::vector<float> returns)
    : low_(low), high_(high), returns_(std::move(returns)) {}

float CrossEntropyLoss::Value(std::span<const float> outputs) const {
  const float largest = *std::ranges::max_element(outputs);
  float sum = 0, weighted = 0;
  for (int i = 0; i < atoms(); ++i) {
    const float weight = std::exp(outputs[i] - largest);
    sum += weight;
    weighted += weight * returns_[i];
  }
  return weighted / sum;
}

std::optional<Histogram> CrossEntropyLoss::Distribution(std::span<const float> outputs) const {
  const float largest = *std::ranges::max_element(outputs);
  Histogram histogram{low_, high_, std::vector<float>(outputs.begin(), outputs.end())};
  float sum = 0;
  for (float& share : histogram.shares) sum += share = std::exp(share - largest);
  for (float& share : histogram.shares) share /= sum;
  return histogram;
}

float CrossEntropyLoss::TargetValue(std::span<const float> target) const {
  float value = 0;
  for (int i = 0; i < atoms(); ++i) value += target[i] * returns_[i];
  return value;
}

float CrossEntropyLoss::Compare(std::span<const float> outputs, std::span<const float> target,
                                std::span<float> gradient) const {
  const float largest = *std::ranges::max_element(outputs);
  float sum = 0, expected = 0;  // of exp(output); the mean output under the target
  for (int i = 0; i < atoms(); ++i) {
    gradient[i] = std::exp(outputs[i] - largest);
    sum += gradient[i];
    expected += target[i] * (outputs[i] - largest);
  }
  for (int i = 0; i < atoms(); ++i) gradient[i] = gradient[i] / sum - target[i];
  return std::log(sum) - expected;
}

}  // namespace arcadeq
