#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/settings.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/update_rule.h"

namespace arcadeq {

struct OptimizerConfig {
  std::string algorithm = "adam";  // "adam", "radam" or "rmsprop"
  double learning_rate = 1e-4;
  std::int64_t learning_rate_decay_updates = 0;  // 0: constant
  double learning_rate_decay_share = 0;
  double learning_rate_end = 0;
  double beta1 = 0.9;    // Adam, RAdam
  double beta2 = 0.999;  // Adam, RAdam
  double decay = 0.95;   // RMSProp: of both running means
  double epsilon = 1e-7;
  double max_grad_norm = 0;  // 0: no clipping

  void Declare(Settings& settings);  // optimizer.*
  // Converts learning_rate_decay_share, if it is set, to learning_rate_decay_updates.
  OptimizerConfig Over(std::int64_t schedule_updates) const;
};

// What becomes of the target network in a step: target += tau * (online - target), or nothing if
// there is none.
struct TargetBlend {
  Network::Parameters* target = nullptr;
  double tau = 0;
};

// Adam (Kingma & Ba 2015; epsilon is added to the bias-corrected root, as in PyTorch; Keras adds it
// before the correction), RAdam (Liu et al. 2020, as in PyTorch: epsilon is added before the
// correction), or centred RMSProp (Graves 2013, as used by Mnih et al. 2015; epsilon inside the
// root).
class Optimizer {
 public:
  Optimizer(const OptimizerConfig& config, const Network& network);

  // The second half of an update, after network.BeginBackward(): completes the gradient, scales it
  // down to the norm max_grad_norm if it is longer, takes one step and blends the parameters into
  // the target. With learning_rate_decay_updates = N the learning rate changes linearly from step
  // to step, to learning_rate_end after N of them. Returns the norm before clipping.
  double Step(const Network& network, Network::Workspace& workspace,
              Network::Parameters& parameters, TargetBlend blend, ThreadPool& pool);

  std::int64_t steps() const { return steps_; }

  // Calls visit(name, value) for all that a checkpoint keeps, `value` being a Network::Parameters
  // or a std::int64_t, which may be changed.
  template <typename Visit>
  void VisitState(Visit&& visit) {
    visit("mean", *mean_);
    visit("square", *square_);
    visit("steps", steps_);
  }
  template <typename Visit>
  void VisitState(Visit&& visit) const {
    visit("mean", std::as_const(*mean_));
    visit("square", std::as_const(*square_));
    visit("steps", steps_);
  }

 private:
  double LearningRate() const;
  // Counts a step and returns its rule.
  UpdateRule NextRule();

  OptimizerConfig config_;
  UpdateRule (*algorithm_)(const OptimizerConfig& config, double learning_rate, double step);
  // Running means of the gradient and of its square.
  std::unique_ptr<Network::Parameters> mean_, square_;
  std::int64_t steps_ = 0;
};

}  // namespace arcadeq
