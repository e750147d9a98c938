#pragma once

#include <span>

#include "nn/activations.h"

namespace arcadeq {

// The dueling join (Wang et al. 2016, equation 9), for each atom by itself: out[action][atom] =
// value[atom] + advantage[action][atom] - mean over actions of advantage[.][atom], the mean taken
// for each sample by itself.

// out: [samples][actions][atoms]; the first actions * atoms columns of advantage and the first
// `atoms` of value are read.
void AggregateDueling(const BatchView& advantage, const BatchView& value, int actions, int atoms,
                      std::span<float> out);

// The gradients of both streams: d_advantage[a] = d_out[a] - mean d_out, d_value = sum d_out.
void SplitDueling(std::span<const float> d_out, int actions, int atoms,
                  const BatchView& d_advantage, const BatchView& d_value);

}  // namespace arcadeq
