#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/settings.h"
#include "replay/sampler.h"
#include "replay/transition.h"

namespace arcadeq {

struct ProportionalConfig {
  double priority_exponent = 0.5;    // alpha
  double importance_exponent = 0.5;  // beta

  void Declare(Settings& settings);
};

// Proportional prioritisation (Schaul et al. 2016):
//
//   P(i) = p_i^alpha / sum_k p_k^alpha,   weight_i = (N P(i))^-beta / max_j weight_j of the batch
//
// p_i is the absolute TD error of transition i when it was last learned from, plus 1e-6; new
// transitions have the greatest priority so far. Unlike in the paper, beta does not grow during
// the run (as in Dopamine's Rainbow, Castro et al. 2018).
class ProportionalSampler final : public Sampler {
 public:
  using Config = ProportionalConfig;

  ProportionalSampler(const ProportionalConfig& config,
                      const std::vector<std::int64_t>& capacities);

  std::int64_t bytes() const override;
  void Append(int env, StepRange steps) override;
  void Evict(int env, StepRange steps) override;
  void Draw(std::span<const StepRange> drawable, RandomStream& random, std::span<TransitionId> ids,
            std::span<float> weights) override;
  void Update(std::span<const TransitionId> ids, std::span<const float> priorities) override;
  std::string Save() const override;
  void Restore(std::string_view state, std::span<const StepRange> drawable) override;

  // p_i^alpha; 0 for an evicted transition.
  double weight(TransitionId id) const;
  double total() const { return sums_[1]; }

 private:
  // The ring of leaves for an environment's transitions.
  struct Ring {
    std::size_t first;
    std::int64_t capacity;
    StepRange steps;
  };

  std::size_t Leaf(TransitionId id) const;
  TransitionId IdAt(std::size_t leaf) const;
  bool Holds(std::size_t leaf) const;  // a transition
  void Allocate();                     // the tree, the first time
  void Set(std::size_t leaf, double value);

  ProportionalConfig config_;
  std::vector<Ring> rings_;
  std::size_t leaves_ = 0;  // a power of two
  // Empty or a binary tree: node k above 2k and 2k + 1; the last half are leaves.
  std::vector<double> sums_;
  double greatest_ = 1;  // p_i^alpha so far
};

}  // namespace arcadeq
