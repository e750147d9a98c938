#pragma once

#include <memory>
#include <span>

#include "base/choice.h"

namespace arcadeq {

// What the outputs of a Q-network mean, and how far they are from what they should be.
//
// A network gives `atoms()` outputs for each action; a loss reads them as the action's value, makes
// the target of a transition from those of the next state, and compares the two. Everything is for
// one sample at a time and a pure function of its arguments: no state, safe on many threads.
class Loss {
 public:
  virtual ~Loss() = default;

  // Outputs for each action, and numbers in a target.
  virtual int atoms() const = 0;

  // Q(s, a). outputs: [atoms].
  virtual float Value(std::span<const float> outputs) const = 0;

  // The target r_t + discount_t Q(s_t, a_t), where `next` [atoms] are the outputs for a_t of the
  // network that values it. discount_t is 0 where the return ends.
  virtual void BootstrapTarget(float r_t, float discount_t, std::span<const float> next,
                               std::span<float> target) const = 0;
  // The target where the return itself was estimated, as by Q(lambda).
  virtual void ReturnTarget(float g_t, std::span<float> target) const = 0;
  // The value that a target stands for: TD errors are measured from it.
  virtual float TargetValue(std::span<const float> target) const = 0;

  // The loss of a sample, and its derivative with respect to `outputs`. All spans: [atoms].
  virtual float Compare(std::span<const float> outputs, std::span<const float> target,
                        std::span<float> gradient) const = 0;
};

using LossMaker = std::unique_ptr<Loss>();

// Every loss: its name, and the function that makes its kind.
#define ARCADEQ_LOSSES(LOSS)  \
  LOSS(hl_gauss, HlGaussKind) \
  LOSS(huber, HuberKind)      \
  LOSS(squared, SquaredKind)

// The losses with their default settings; `chosen` is picked.
Choice<LossMaker> LossChoice(const std::string& chosen);

}  // namespace arcadeq
