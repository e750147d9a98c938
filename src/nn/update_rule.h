#pragma once

#include <variant>

namespace arcadeq {

// The rules by which optimisers change parameters, with their constants for one step. g is a
// parameter's gradient; the two moments kept for each parameter are called mean and square.

// Adam (Kingma & Ba 2015), epsilon outside the bias-corrected root:
//   mean = beta1 mean + (1 - beta1) g; square = beta2 square + (1 - beta2) g^2;
//   p -= step_size * mean / (sqrt(square) * variance_scale + epsilon).
struct AdamRule {
  float beta1, beta2;
  float one_minus_beta1, one_minus_beta2;
  float step_size;       // learning rate / (1 - beta1^t)
  float variance_scale;  // 1 / sqrt(1 - beta2^t)
  float epsilon;
};

// Centred RMSProp (Graves 2013), epsilon inside the root:
//   mean = decay mean + (1 - decay) g; square = decay square + (1 - decay) g^2;
//   p -= learning_rate * g / sqrt(max(square - mean^2, 0) + epsilon).
struct RmsPropRule {
  float decay, one_minus_decay;
  float learning_rate;
  float epsilon;
};

// A rule is one of the alternatives here, its constants in optimizer.cc, and its formula in
// cpu/kernels/reference.cc and, for vectors, in cpu/kernels/vectorised/step-inl.h.
using UpdateRule = std::variant<AdamRule, RmsPropRule>;

}  // namespace arcadeq
