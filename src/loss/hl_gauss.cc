// Histogram loss (Imani & White 2018; for Q-learning, Farebrother et al. 2024): an action's outputs
// are logits of a distribution over bins of equal width on [low, high], and the target is a normal
// distribution around the return, truncated at the ends and integrated over each bin:
//
//   t_i = (F(b_i+1) - F(b_i)) / (F(high) - F(low)),  F the distribution of N(return, sigma^2)
// sigma is in units of the bin width. Returns beyond the ends are clamped. The rest is
// CrossEntropyLoss.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <span>
#include <vector>

#include "base/choice.h"
#include "base/settings.h"
#include "loss/cross_entropy_loss.h"
#include "loss/loss.h"
#include "loss/value_range.h"

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
  void Check() const { CheckRange("agent.hl_gauss", low, high, bins); }
  float Low() const { return static_cast<float>(low); }
  float High() const { return static_cast<float>(high); }
  float Width() const { return (High() - Low()) / static_cast<float>(bins); }
  std::vector<float> Centres() const {
    std::vector<float> centres;
    centres.reserve(bins);
    for (int i = 0; i < bins; ++i) {
      centres.push_back(Low() + (static_cast<float>(i) + 0.5f) * Width());
    }
    return centres;
  }
};

class HlGauss final : public CrossEntropyLoss {
 public:
  explicit HlGauss(const HlGaussConfig& config)
      : CrossEntropyLoss(config.Low(), config.High(), config.Centres()),
        low_(config.Low()),
        high_(config.High()),
        width_(config.Width()),
        scale_(1 / (static_cast<float>(config.sigma * std::numbers::sqrt2) * width_)) {}

  void BootstrapTarget(const Backup& backup, std::span<const float> next,
                       std::span<float> target) const override {
    ReturnTarget(backup(Value(next)), target);
  }

  void ReturnTarget(float g_t, std::span<float> target) const override {
    const float mean = std::clamp(g_t, low_, high_);
    const auto distribution = [&](int edge) {
      return std::erf((low_ + static_cast<float>(edge) * width_ - mean) * scale_);
    };
    const float first = distribution(0), whole = distribution(atoms()) - first;
    float before = first;
    for (int i = 0; i < atoms(); ++i) {
      const float after = distribution(i + 1);
      target[i] = (after - before) / whole;
      before = after;
    }
  }

 private:
  float low_, high_;
  float width_;
  float scale_;  // 1 / (sigma sqrt 2)
};

}  // namespace

KindPointer<LossMaker> HlGaussKind() {
  return std::make_unique<KindOf<LossMaker, HlGaussConfig, HlGauss>>();
}

}  // namespace arcadeq
