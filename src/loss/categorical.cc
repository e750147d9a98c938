// Categorical loss (C51; Bellemare et al. 2017): an action's outputs are logits of a distribution
// over atoms z_i, evenly spaced on [low, high], and the target is the whole distribution of
// backup(Z(s_t, a_t)), projected onto the atoms:
//
//   t = sum_j p_j(s_t, a_t) project(backup(z_j))
// Returns beyond the ends are clamped. The rest is CrossEntropyLoss.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/choice.h"
#include "base/settings.h"
#include "loss/cross_entropy_loss.h"
#include "loss/loss.h"
#include "loss/projection.h"
#include "loss/value_range.h"

namespace arcadeq {
namespace {

struct CategoricalConfig {
  std::int64_t atoms = 51;
  double low = -10;
  double high = 10;

  void Declare(Settings& settings) {
    settings.Add("agent.categorical_atoms", &atoms, 2, 1001,
                 "Number of atoms of the categorical loss");
    settings.Add("agent.categorical_low", &low, -1e9, 1e9,
                 "Return of the categorical loss's first atom");
    settings.Add("agent.categorical_high", &high, -1e9, 1e9,
                 "Return of the categorical loss's last atom");
  }
  void Check() const { CheckRange("agent.categorical", low, high, atoms - 1); }
  float Spacing() const {
    return static_cast<float>((high - low) / static_cast<double>(atoms - 1));
  }
  std::vector<float> Returns() const {
    std::vector<float> returns;
    returns.reserve(atoms);
    for (int i = 0; i < atoms; ++i) {
      returns.push_back(static_cast<float>(low) + static_cast<float>(i) * Spacing());
    }
    return returns;
  }
};

class Categorical final : public CrossEntropyLoss {
 public:
  explicit Categorical(const CategoricalConfig& config)
      : CrossEntropyLoss(static_cast<float>(config.low) - config.Spacing() / 2,
                         static_cast<float>(config.high) + config.Spacing() / 2, config.Returns()),
        spacing_(config.Spacing()) {}

  void BootstrapTarget(const Backup& backup, std::span<const float> next,
                       std::span<float> target) const override {
    const float largest = *std::ranges::max_element(next);
    float sum = 0;
    for (const float output : next) sum += std::exp(output - largest);
    std::ranges::fill(target, 0.0f);
    for (int j = 0; j < atoms(); ++j) {
      Add(backup(returns()[j]), std::exp(next[j] - largest) / sum, target);
    }
  }

  void ReturnTarget(float g_t, std::span<float> target) const override {
    std::ranges::fill(target, 0.0f);
    Add(g_t, 1, target);
  }

 private:
  void Add(float value, float share, std::span<float> target) const {
    Project(value, share, returns().front(), spacing_, target);
  }

  float spacing_;
};

}  // namespace

KindPointer<LossMaker> CategoricalKind() {
  return std::make_unique<KindOf<LossMaker, CategoricalConfig, Categorical>>();
}

}  // namespace arcadeq
