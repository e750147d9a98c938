#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "nn/kernels/kernels.h"

namespace arcadeq {

struct OptimizerConfig {
  std::string algorithm = "adam";  // "adam" or "rmsprop"
  double learning_rate = 1e-4;
  std::int64_t learning_rate_decay_updates = 0;  // 0: constant
  double beta1 = 0.9;                            // Adam
  double beta2 = 0.999;                          // Adam
  double decay = 0.95;                           // RMSProp: of both running means
  double epsilon = 1e-7;
  double max_grad_norm = 0;  // 0: no clipping

  void Declare(Settings& settings);  // optimizer.*
};

// What becomes of the target network in a step: target += tau * (online - target), or nothing if it
// is empty.
struct TargetBlend {
  std::span<float> target;
  double tau = 0;
};

// Adam (Kingma & Ba 2015; epsilon is added to the bias-corrected root, as in PyTorch; Keras adds it
// before the correction) or centred RMSProp (Graves 2013, as used by Mnih et al. 2015; epsilon
// inside the root). State is as long as the parameters and lies as they do.
class Optimizer {
 public:
  Optimizer(const OptimizerConfig& config, std::size_t buffer_size);

  // Clips the gradient by its global norm if the settings ask for it (in place), then takes one
  // step. With learning_rate_decay_updates = N the learning rate falls linearly from step to step,
  // to 0 after N of them. Returns the norm before clipping.
  double Step(std::span<float> gradient, std::span<float> parameters, TargetBlend blend,
              ThreadPool& pool);
  double Step(std::span<float> gradient, std::span<float> parameters, ThreadPool& pool) {
    return Step(gradient, parameters, {}, pool);
  }

  // Whether a step needs the whole gradient before it can begin.
  bool clips() const { return config_.max_grad_norm > 0; }

  // Counts a step and returns it, for a caller that takes it piece by piece as the gradient is made
  // (QNetwork::FinishBackwardWithStep). Gradients are scaled by `gradient_scale` first.
  kernels::ParameterStep BeginStep(std::span<float> parameters, TargetBlend blend,
                                   double gradient_scale = 1.0);

  // The state, for checkpoints: the moments (of the gradients and of their squares, as long as the
  // parameters and lying as they do) and how many steps were taken.
  std::span<float> mean() { return mean_.span(); }
  std::span<float> square() { return square_.span(); }
  std::span<const float> mean() const { return mean_.span(); }
  std::span<const float> square() const { return square_.span(); }
  std::int64_t steps() const { return steps_; }
  void set_steps(std::int64_t steps) { steps_ = steps; }

 private:
  double LearningRate() const;

  OptimizerConfig config_;
  AlignedBuffer<float> mean_, square_;
  std::vector<double> partial_sums_;  // of the gradient's squares
  std::int64_t steps_ = 0;
};

}  // namespace arcadeq
