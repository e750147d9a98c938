#include "nn/dueling.h"

namespace arcadeq {
namespace {

// Of one atom over the actions, of which each has `atoms`.
float SumOverActions(const float* values, int actions, int atoms) {
  float sum = 0.0f;
  for (int action = 0; action < actions; ++action) sum += values[action * atoms];
  return sum;
}

}  // namespace

void AggregateDueling(const BatchView& advantage, const BatchView& value, int actions, int atoms,
                      std::span<float> out) {
  float* to = out.data();
  for (int i = 0; i < advantage.count; ++i, to += actions * atoms) {
    for (int atom = 0; atom < atoms; ++atom) {
      const float* a = advantage.sample(i) + atom;
      const float mean = SumOverActions(a, actions, atoms) / static_cast<float>(actions);
      const float base = value.sample(i)[atom] - mean;
      for (int action = 0; action < actions; ++action) {
        to[action * atoms + atom] = a[action * atoms] + base;
      }
    }
  }
}

void SplitDueling(std::span<const float> d_out, int actions, int atoms,
                  const BatchView& d_advantage, const BatchView& d_value) {
  const float* from = d_out.data();
  for (int i = 0; i < d_advantage.count; ++i, from += actions * atoms) {
    for (int atom = 0; atom < atoms; ++atom) {
      const float sum = SumOverActions(from + atom, actions, atoms);
      const float mean = sum / static_cast<float>(actions);
      float* d_a = d_advantage.sample(i) + atom;
      for (int action = 0; action < actions; ++action) {
        d_a[action * atoms] = from[action * atoms + atom] - mean;
      }
      d_value.sample(i)[atom] = sum;
    }
  }
}

}  // namespace arcadeq
