#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/settings.h"
#include "base/thread_pool.h"

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

// Adam (Kingma & Ba 2015; epsilon is added to the bias-corrected root, as in PyTorch; Keras adds it
// before the correction) or centred RMSProp (Graves 2013, as used by Mnih et al. 2015; epsilon
// inside the root). State is as long as the parameters and lies as they do.
class Optimizer {
 public:
  Optimizer(const OptimizerConfig& config, std::size_t buffer_size);
  ~Optimizer();

  // Clips the gradient by its global norm if the settings ask for it (in place), then takes one
  // step. With learning_rate_decay_updates = N the learning rate falls linearly from step to step,
  // to 0 after N of them. Returns the norm before clipping.
  double Step(std::span<float> gradient, std::span<float> parameters, ThreadPool& pool);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// target += tau * (online - target); tau = 1 copies.
void BlendParameters(std::span<const float> online, double tau, std::span<float> target,
                     ThreadPool& pool);

}  // namespace arcadeq
