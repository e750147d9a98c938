#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/choice.h"
#include "base/histogram.h"
#include "loss/value_rescaling.h"

namespace arcadeq {

// The return of a transition, r_t + discount_t x, from the return x of the state that it led to.
// Both are in the units of the values. discount_t is 0 where the return ends.
struct Backup {
  float r_t = 0;
  float discount_t = 0;
  ValueRescaling rescaling{};

  float operator()(float x) const {
    return rescaling.Apply(r_t + discount_t * rescaling.Invert(x));
  }
};

// Interprets the outputs of a Q-network and compares them with their targets.
//
// A network returns atoms() outputs for each action. A loss derives the action's value from them,
// computes the target of a transition from the outputs for the next state, and compares the two.
// All functions handle one sample at a time and are pure, so they are safe to call on many threads.
class Loss {
 public:
  virtual ~Loss() = default;

  // The number of outputs per action, and of numbers in a target.
  virtual int atoms() const = 0;

  // Q(s, a), in the units in which values are learnt. outputs: [atoms].
  virtual float Value(std::span<const float> outputs) const = 0;

  // The distribution of returns that the outputs describe, whose mean is their value; nullopt if
  // they describe no more than a value.
  virtual std::optional<Histogram> Distribution(std::span<const float> /*outputs*/) const {
    return std::nullopt;
  }

  // The target backup(Q(s_t, a_t)), or the distribution of backup(Z(s_t, a_t)), where `next`
  // [atoms] are the outputs of the evaluating network for a_t.
  virtual void BootstrapTarget(const Backup& backup, std::span<const float> next,
                               std::span<float> target) const = 0;
  // The target if the return itself was estimated, as in Q(lambda); in the units of the values.
  virtual void ReturnTarget(float g_t, std::span<float> target) const = 0;
  // The value of a target, relative to which TD errors are measured.
  virtual float TargetValue(std::span<const float> target) const = 0;

  // The loss of a sample, and its derivative with respect to `outputs`. All spans: [atoms].
  virtual float Compare(std::span<const float> outputs, std::span<const float> target,
                        std::span<float> gradient) const = 0;
};

using LossMaker = std::unique_ptr<Loss>();

// Every loss: its name, and the function that makes its kind.
#define ARCADEQ_LOSSES(LOSS)         \
  LOSS(categorical, CategoricalKind) \
  LOSS(hl_gauss, HlGaussKind)        \
  LOSS(huber, HuberKind)             \
  LOSS(quantile, QuantileKind)       \
  LOSS(squared, SquaredKind)

// The losses with their default settings; `chosen` is selected.
Choice<LossMaker> LossChoice(const std::string& chosen);

}  // namespace arcadeq
