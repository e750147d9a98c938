#include "nn/optimizer.h"

#include <algorithm>
#include <cmath>

namespace arcadeq {

void OptimizerConfig::Declare(Settings& settings) {
  settings.Add("optimizer.algorithm", &algorithm, {"adam", "rmsprop"},
               "Adam, or centred RMSProp as in the Nature paper");
  settings.Add("optimizer.learning_rate", &learning_rate, 0, 10, "Learning rate");
  settings.Add("optimizer.learning_rate_decay_updates", &learning_rate_decay_updates, 0,
               1'000'000'000'000,
               "Updates over which the learning rate falls linearly to 0; 0: it is constant");
  settings.Add("optimizer.beta1", &beta1, 0, 0.999999, "Adam: decay of the mean of the gradients");
  settings.Add("optimizer.beta2", &beta2, 0, 0.999999, "Adam: decay of the mean of their squares");
  settings.Add("optimizer.decay", &decay, 0, 0.999999, "RMSProp: decay of both means");
  settings.Add("optimizer.epsilon", &epsilon, 1e-12, 1,
               "Added to the denominator: Adam outside the root, RMSProp inside");
  settings.Add("optimizer.max_grad_norm", &max_grad_norm, 0, 1e9,
               "Norm that larger gradients are scaled down to; 0: no clipping");
}

Optimizer::Optimizer(const OptimizerConfig& config, const Network& network)
    : config_(config), mean_(network.MakeParameters()), square_(network.MakeParameters()) {}

double Optimizer::LearningRate() const {
  const auto decay_updates = static_cast<double>(config_.learning_rate_decay_updates);
  if (decay_updates == 0) return config_.learning_rate;
  return config_.learning_rate * std::max(0.0, 1.0 - static_cast<double>(steps_) / decay_updates);
}

UpdateRule Optimizer::NextRule() {
  const auto as_float = [](double x) { return static_cast<float>(x); };
  const double learning_rate = LearningRate();
  const auto t = static_cast<double>(++steps_);
  if (config_.algorithm == "adam") {
    return AdamRule{.beta1 = as_float(config_.beta1),
                    .beta2 = as_float(config_.beta2),
                    .one_minus_beta1 = as_float(1 - config_.beta1),
                    .one_minus_beta2 = as_float(1 - config_.beta2),
                    .step_size = as_float(learning_rate / (1 - std::pow(config_.beta1, t))),
                    .variance_scale = as_float(1 / std::sqrt(1 - std::pow(config_.beta2, t))),
                    .epsilon = as_float(config_.epsilon)};
  }
  return RmsPropRule{.decay = as_float(config_.decay),
                     .one_minus_decay = as_float(1 - config_.decay),
                     .learning_rate = as_float(learning_rate),
                     .epsilon = as_float(config_.epsilon)};
}

double Optimizer::Step(const Network& network, Network::Workspace& workspace,
                       Network::Parameters& parameters, TargetBlend blend, ThreadPool& pool) {
  Network::Step step{.rule = NextRule(),
                     .parameters = parameters,
                     .mean = *mean_,
                     .square = *square_,
                     .target = blend.target,
                     .tau = blend.tau};
  const double limit = config_.max_grad_norm;
  if (limit == 0) return network.FinishBackward(workspace, step, pool);
  const double norm = network.FinishBackward(workspace, pool);
  if (norm > limit) step.gradient_scale = limit / norm;
  network.TakeStep(workspace, step, pool);
  return norm;
}

}  // namespace arcadeq
