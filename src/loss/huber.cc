// The Huber loss of the TD error x = Q(s, a) - target (Huber 1964; Mnih et al. 2015 clip the error
// to [-1, 1], which is its gradient for delta = 1):
//
//   L(x) = x^2 / 2                    for |x| <= delta
//          delta (|x| - delta / 2)    beyond
//   L'(x) = x, clamped to [-delta, delta]

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "base/choice.h"
#include "base/settings.h"
#include "loss/loss.h"
#include "loss/scalar_loss.h"

namespace arcadeq {
namespace {

struct HuberConfig {
  double delta = 1.0;

  void Declare(Settings& settings) {
    settings.Add("agent.huber_delta", &delta, 1e-6, 1e9,
                 "TD error beyond which the Huber loss is linear");
  }
};

class Huber final : public ScalarLoss {
 public:
  explicit Huber(const HuberConfig& config) : delta_(static_cast<float>(config.delta)) {}

  float Compare(std::span<const float> outputs, std::span<const float> target,
                std::span<float> gradient) const override {
    const float error = outputs[0] - target[0];
    const float size = std::abs(error);
    gradient[0] = std::clamp(error, -delta_, delta_);
    return size <= delta_ ? 0.5f * error * error : delta_ * (size - 0.5f * delta_);
  }

 private:
  float delta_;
};

}  // namespace

KindPointer<LossMaker> HuberKind() {
  return std::make_unique<KindOf<LossMaker, HuberConfig, Huber>>();
}

}  // namespace arcadeq
