#include <memory>
#include <stdexcept>

#include "nn/architecture.h"
#include "nn/cpu/activations.h"
#include "nn/cpu/kernels/kernels.h"
#include "nn/cpu/layer.h"
#include "nn/cpu/planner.h"

namespace arcadeq::cpu {
namespace {

// The sum of one atom over the actions, each of which has `atoms`.
float SumOverActions(const float* values, int actions, int atoms) {
  float sum = 0.0f;
  for (int action = 0; action < actions; ++action) sum += values[action * atoms];
  return sum;
}

class DuelingJoin : public SampleLayer {
 public:
  DuelingJoin(int actions, int atoms, int value_column)
      : actions_(actions), atoms_(atoms), value_column_(value_column) {}

  int out_size() const override { return kernels::RoundUpToPanel(actions_ * atoms_); }

  void Forward(const float* /*parameters*/, const float* in, float* out) const override {
    for (int atom = 0; atom < atoms_; ++atom) {
      const float* advantage = in + atom;
      const float mean = SumOverActions(advantage, actions_, atoms_) / static_cast<float>(actions_);
      const float base = in[value_column_ + atom] - mean;
      for (int action = 0; action < actions_; ++action) {
        out[action * atoms_ + atom] = advantage[action * atoms_] + base;
      }
    }
  }

  // d_advantage[a] = d_out[a] - mean d_out, d_value = sum d_out.
  void Backward(const SampleGradients& g) const override {
    for (int atom = 0; atom < atoms_; ++atom) {
      const float* d_out = g.d_out + atom;
      const float sum = SumOverActions(d_out, actions_, atoms_);
      const float mean = sum / static_cast<float>(actions_);
      for (int action = 0; action < actions_; ++action) {
        g.d_in[action * atoms_ + atom] = d_out[action * atoms_] - mean;
      }
      g.d_in[value_column_ + atom] = sum;
    }
  }

 private:
  int actions_, atoms_;
  int value_column_;
};

}  // namespace

void Plan(const layers::DuelingJoin&, Planner& planner) {
  const ActivationShape in = planner.TakeActivations();
  const auto& [frame, stack, actions, atoms] = planner.shape();
  if (in.streams.size() != 2 || in.streams[0].elements() != actions * atoms ||
      in.streams[1].elements() != atoms) {
    throw std::logic_error("a dueling join needs an advantage stream and a value stream");
  }
  planner.Add(std::make_unique<DuelingJoin>(actions, atoms, in.Offset(1)),
              {.streams = {{.channels = actions * atoms}}});
}

}  // namespace arcadeq::cpu
