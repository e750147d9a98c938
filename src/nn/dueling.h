#pragma once

#include <span>

#include "nn/activations.h"

namespace arcadeq {

// The dueling head (Wang et al. 2016, equation 9): Q(s, a) = V(s) + A(s, a) - mean over a' of
// A(s, a'), the mean taken for each sample by itself.

// q: [samples][num_actions]; advantage's first num_actions columns, value's first column are read.
void AggregateDueling(const BatchView& advantage, const BatchView& value, int num_actions,
                      std::span<float> q);

// The gradients of both streams from q's: dA_a = dq_a - mean dq, dV = sum dq.
void SplitDueling(std::span<const float> dq, int num_actions, const BatchView& d_advantage,
                  const BatchView& d_value);

}  // namespace arcadeq
