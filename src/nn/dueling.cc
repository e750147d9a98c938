#include "nn/dueling.h"

namespace arcadeq {
namespace {

float Sum(const float* values, int n) {
  float sum = 0.0f;
  for (int i = 0; i < n; ++i) sum += values[i];
  return sum;
}

}  // namespace

void AggregateDueling(const BatchView& advantage, const BatchView& value, int num_actions,
                      std::span<float> q) {
  float* out = q.data();
  for (int i = 0; i < advantage.count; ++i, out += num_actions) {
    const float* a = advantage.sample(i);
    const float base = *value.sample(i) - Sum(a, num_actions) / static_cast<float>(num_actions);
    for (int action = 0; action < num_actions; ++action) out[action] = a[action] + base;
  }
}

void SplitDueling(std::span<const float> dq, int num_actions, const BatchView& d_advantage,
                  const BatchView& d_value) {
  const float* in = dq.data();
  for (int i = 0; i < d_advantage.count; ++i, in += num_actions) {
    const float sum = Sum(in, num_actions);
    const float mean = sum / static_cast<float>(num_actions);
    float* d_a = d_advantage.sample(i);
    for (int action = 0; action < num_actions; ++action) d_a[action] = in[action] - mean;
    *d_value.sample(i) = sum;
  }
}

}  // namespace arcadeq
