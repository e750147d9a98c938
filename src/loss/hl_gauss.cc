// Histogram loss (Imani & White 2018; for Q-learning, Farebrother et al. 2024): an action's outputs
// are logits of a distribution over bins of equal width on [low, high], its value is the mean, and
// the target is a normal distribution around the return, truncated at the ends and integrated over
// each bin:
//
//   p = softmax(outputs),  Q = sum_i p_i c_i,  c_i the bins' centres
//   t_i = (F(b_i+1) - F(b_i)) / (F(high) - F(low)),  F the distribution of N(return, sigma^2)
//   L = - sum_i t_i log p_i,  dL/doutputs = p - t
// sigma is in units of the bin width. Returns beyond the ends are clamped.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <optional>
#include <span>
#include <vector>

#include "base/choice.h"
#include "base/error.h"
#include "base/histogram.h"
#include "base/settings.h"
#include "loss/loss.h"

namespace arcadeq {
namespace {

struct HlGaussConfig {
  std::int64_t bins = 51;
  double low = -10;
  double high = 10;
  double sigma = 0.75;

  void Declare(Settings& settings) {
    settings.Add("agent.hl_gauss_bins", &bins, 2, 1001, "Number of bins of the histogram loss");
    settings.Add("agent.hl_gauss_low", &low, -1e9, 1e9,
                 "Lower end of the histogram's range of values");
    settings.Add("agent.hl_gauss_high", &high, -1e9, 1e9,
                 "Upper end of the histogram's range of values");
    settings.Add("agent.hl_gauss_sigma", &sigma, 0.01, 100,
                 "Standard deviation of the histogram's targets, in bin widths");
  }
  void Check() const {
    if (low < high) return;
    ThrowUserError("agent.hl_gauss_low = {}: must be below agent.hl_gauss_high = {}", low, high);
  }
};

class HlGauss final : public Loss {
 public:
  explicit HlGauss(const HlGaussConfig& config)
      : bins_(static_cast<int>(config.bins)),
        low_(static_cast<float>(config.low)),
        high_(static_cast<float>(config.high)),
        width_((high_ - low_) / static_cast<float>(bins_)),
        scale_(1 / (static_cast<float>(config.sigma * std::numbers::sqrt2) * width_)) {}

  int atoms() const override { return bins_; }

  float Value(std::span<const float> outputs) const override {
    const float largest = *std::ranges::max_element(outputs);
    float sum = 0, weighted = 0;
    for (int i = 0; i < bins_; ++i) {
      const float weight = std::exp(outputs[i] - largest);
      sum += weight;
      weighted += weight * Centre(i);
    }
    return weighted / sum;
  }

  std::optional<Histogram> Distribution(std::span<const float> outputs) const override {
    const float largest = *std::ranges::max_element(outputs);
    Histogram histogram{low_, high_, std::vector<float>(outputs.begin(), outputs.end())};
    float sum = 0;
    for (float& share : histogram.shares) sum += share = std::exp(share - largest);
    for (float& share : histogram.shares) share /= sum;
    return histogram;
  }

  void BootstrapTarget(float r_t, float discount_t, std::span<const float> next,
                       std::span<float> target) const override {
    ReturnTarget(r_t + discount_t * Value(next), target);
  }

  void ReturnTarget(float g_t, std::span<float> target) const override {
    const float mean = std::clamp(g_t, low_, high_);
    const auto distribution = [&](int edge) {
      return std::erf((low_ + static_cast<float>(edge) * width_ - mean) * scale_);
    };
    const float first = distribution(0), whole = distribution(bins_) - first;
    float before = first;
    for (int i = 0; i < bins_; ++i) {
      const float after = distribution(i + 1);
      target[i] = (after - before) / whole;
      before = after;
    }
  }

  float TargetValue(std::span<const float> target) const override {
    float value = 0;
    for (int i = 0; i < bins_; ++i) value += target[i] * Centre(i);
    return value;
  }

  float Compare(std::span<const float> outputs, std::span<const float> target,
                std::span<float> gradient) const override {
    const float largest = *std::ranges::max_element(outputs);
    float sum = 0, expected = 0;  // of exp(output); the mean output under the target
    for (int i = 0; i < bins_; ++i) {
      gradient[i] = std::exp(outputs[i] - largest);
      sum += gradient[i];
      expected += target[i] * (outputs[i] - largest);
    }
    for (int i = 0; i < bins_; ++i) gradient[i] = gradient[i] / sum - target[i];
    return std::log(sum) - expected;
  }

 private:
  float Centre(int bin) const { return low_ + (static_cast<float>(bin) + 0.5f) * width_; }

  int bins_;
  float low_, high_;
  float width_;
  float scale_;  // 1 / (sigma sqrt 2)
};

}  // namespace

KindPointer<LossMaker> HlGaussKind() {
  return std::make_unique<KindOf<LossMaker, HlGaussConfig, HlGauss>>();
}

}  // namespace arcadeq
