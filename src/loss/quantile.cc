// Quantile regression (QR-DQN; Dabney et al. 2018): an action's outputs theta are the returns at
// the midpoints tau_i = (i + 1/2) / N of N equal shares of probability. Their mean is the value,
// and each is compared with each return of the target by the quantile Huber loss:
//
//   theta'_j = backup(theta_j(s_t, a_t)),  u = theta'_j - theta_i
//   L = sum_i mean_j |tau_i - [u < 0]| H(u) / kappa,  H the Huber loss with threshold kappa

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/choice.h"
#include "base/histogram.h"
#include "base/settings.h"
#include "loss/loss.h"
#include "loss/projection.h"

namespace arcadeq {
namespace {

struct QuantileConfig {
  std::int64_t quantiles = 200;
  double kappa = 1.0;

  void Declare(Settings& settings) {
    settings.Add("agent.quantiles", &quantiles, 1, 1001,
                 "Number of quantiles of the quantile loss");
    settings.Add("agent.quantile_kappa", &kappa, 1e-6, 1e9,
                 "TD error beyond which the quantile loss is linear");
  }
};

// In a fixed order, unlike std::reduce(): values must not depend on the standard library.
float Sum(std::span<const float> values) {
  float sum = 0;
  std::size_t i = 0;
  for (; i + 4 <= values.size(); i += 4) {
    sum += (values[i] + values[i + 1]) + (values[i + 2] + values[i + 3]);
  }
  for (; i < values.size(); ++i) sum += values[i];
  return sum;
}

class Quantile final : public Loss {
 public:
  explicit Quantile(const QuantileConfig& config)
      : quantiles_(static_cast<int>(config.quantiles)), kappa_(static_cast<float>(config.kappa)) {}

  int atoms() const override { return quantiles_; }

  float Value(std::span<const float> outputs) const override {
    return Sum(outputs) / static_cast<float>(quantiles_);
  }

  std::optional<Histogram> Distribution(std::span<const float> outputs) const override {
    constexpr int kBins = 51;
    const auto [first, last] = std::ranges::minmax(outputs);
    const float width = std::max((last - first) / (kBins - 1), 1e-3f);
    Histogram histogram{first - width / 2, first + (kBins - 0.5f) * width,
                        std::vector<float>(kBins)};
    const float share = 1 / static_cast<float>(quantiles_);
    for (const float output : outputs) Project(output, share, first, width, histogram.shares);
    return histogram;
  }

  void BootstrapTarget(const Backup& backup, std::span<const float> next,
                       std::span<float> target) const override {
    for (int j = 0; j < quantiles_; ++j) target[j] = backup(next[j]);
  }

  void ReturnTarget(float g_t, std::span<float> target) const override {
    std::ranges::fill(target, g_t);
  }

  float TargetValue(std::span<const float> target) const override { return Value(target); }

  float Compare(std::span<const float> outputs, std::span<const float> target,
                std::span<float> gradient) const override {
    const float share = 1 / static_cast<float>(quantiles_);
    float sum = 0;
    for (int i = 0; i < quantiles_; ++i) {
      const float tau = (static_cast<float>(i) + 0.5f) * share;
      float loss = 0, slope = 0;
      for (const float theta : target) {
        const float u = theta - outputs[i];
        const float weight = u < 0 ? 1 - tau : tau;
        const float within = std::clamp(u, -kappa_, kappa_);
        loss += weight * within * (u - 0.5f * within);
        slope += weight * within;
      }
      gradient[i] = -share * slope / kappa_;
      sum += share * loss / kappa_;
    }
    return sum;
  }

 private:
  int quantiles_;
  float kappa_;
};

}  // namespace

KindPointer<LossMaker> QuantileKind() {
  return std::make_unique<KindOf<LossMaker, QuantileConfig, Quantile>>();
}

}  // namespace arcadeq
