#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/histogram.h"
#include "loss/loss.h"

namespace arcadeq {

// Base class of losses for networks whose outputs are the logits of a distribution of returns. It
// is compared with the target's distribution t by their cross entropy:
//
//   p = softmax(outputs),  Q = sum_i p_i z_i,  z_i the atoms' returns
//   L = - sum_i t_i log p_i,  dL/doutputs = p - t
class CrossEntropyLoss : public Loss {
 public:
  int atoms() const final { return static_cast<int>(returns_.size()); }
  float Value(std::span<const float> outputs) const final;
  std::optional<Histogram> Distribution(std::span<const float> outputs) const final;
  float TargetValue(std::span<const float> target) const final;
  float Compare(std::span<const float> outputs, std::span<const float> target,
                std::span<float> gradient) const final;

 protected:
  // Each atom stands for the returns of one of the bins of equal width on [low, high]; `returns`
  // holds the bins' centres.
  CrossEntropyLoss(float low, float high, std::vector<float> returns);

  const std::vector<float>& returns() const { return returns_; }

 private:
  float low_, high_;
  std::vector<float> returns_;
};

}  // namespace arcadeq
