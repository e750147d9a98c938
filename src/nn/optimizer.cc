#include "nn/optimizer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/update_rule.h"

namespace arcadeq {
namespace {

float AsFloat(double x) {
  return static_cast<float>(x);
}

UpdateRule Adam(const OptimizerConfig& config, double learning_rate, double step) {
  return AdamRule{
      .beta1 = AsFloat(config.beta1),
      .beta2 = AsFloat(config.beta2),
      .one_minus_beta1 = AsFloat(1 - config.beta1),
      .one_minus_beta2 = AsFloat(1 - config.beta2),
      .step_size = AsFloat(learning_rate / (1 - std::pow(config.beta1, step))),
      .variance_scale = AsFloat(1 / std::sqrt(1 - std::pow(config.beta2, step))),
      .epsilon = AsFloat(config.epsilon),
  };
}

// Adam whose first steps, in which the variance of 1 / sqrt(square) is large or unbounded, are
// shorter or leave it out.
UpdateRule RAdam(const OptimizerConfig& config, double learning_rate, double step) {
  const double bias1 = 1 - std::pow(config.beta1, step);
  const double bias2 = 1 - std::pow(config.beta2, step);
  const double rho_inf = 2 / (1 - config.beta2) - 1;
  const double rho = rho_inf - 2 * step * (1 - bias2) / bias2;
  const bool adapts = rho > 5;
  const double rectification =
      adapts ? std::sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
             : 1;
  return AdamRule{
      .beta1 = AsFloat(config.beta1),
      .beta2 = AsFloat(config.beta2),
      .one_minus_beta1 = AsFloat(1 - config.beta1),
      .one_minus_beta2 = AsFloat(1 - config.beta2),
      .step_size = AsFloat(learning_rate * rectification / bias1),
      .variance_scale = adapts ? AsFloat(1 / std::sqrt(bias2)) : 0.0f,
      .epsilon = adapts ? AsFloat(config.epsilon / std::sqrt(bias2)) : 1.0f,
  };
}

UpdateRule RmsProp(const OptimizerConfig& config, double learning_rate, double /*step*/) {
  return RmsPropRule{
      .decay = AsFloat(config.decay),
      .one_minus_decay = AsFloat(1 - config.decay),
      .learning_rate = AsFloat(learning_rate),
      .epsilon = AsFloat(config.epsilon),
  };
}

// The rule of each algorithm for a step, counted from 1.
struct Algorithm {
  const char* name;
  UpdateRule (*rule)(const OptimizerConfig& config, double learning_rate, double step);
};
constexpr Algorithm kAlgorithms[] = {{"adam", Adam}, {"radam", RAdam}, {"rmsprop", RmsProp}};

std::vector<std::string> AlgorithmNames() {
  std::vector<std::string> names;
  for (const Algorithm& algorithm : kAlgorithms) names.emplace_back(algorithm.name);
  return names;
}

const Algorithm& AlgorithmOf(const OptimizerConfig& config) {
  const auto* found = std::ranges::find(kAlgorithms, config.algorithm, &Algorithm::name);
  if (found == std::end(kAlgorithms)) {
    ThrowUserError("optimizer.algorithm = {} does not exist", config.algorithm);
  }
  return *found;
}

}  // namespace

void OptimizerConfig::Declare(Settings& settings) {
  settings.Add("optimizer.algorithm", &algorithm, AlgorithmNames(),
               "Adam, rectified Adam, or centred RMSProp as in the Nature paper");
  settings.Add("optimizer.learning_rate", &learning_rate, 0, 10, "Learning rate");
  settings.Add("optimizer.learning_rate_decay_updates", &learning_rate_decay_updates, 0,
               1'000'000'000'000,
               "Updates over which the learning rate changes linearly to "
               "optimizer.learning_rate_end; 0: it is constant");
  settings.Add("optimizer.learning_rate_decay_share", &learning_rate_decay_share, 0, 1,
               "Share of the updates in train.schedule_steps over which the learning rate changes "
               "linearly; above 0 it replaces optimizer.learning_rate_decay_updates");
  settings.Add("optimizer.learning_rate_end", &learning_rate_end, 0, 10,
               "Learning rate after its linear change; without one it has no effect");
  settings.Add("optimizer.beta1", &beta1, 0, 0.999999, "Adam: decay of the mean of the gradients");
  settings.Add("optimizer.beta2", &beta2, 0, 0.999999, "Adam: decay of the mean of their squares");
  settings.Add("optimizer.decay", &decay, 0, 0.999999, "RMSProp: decay of both means");
  settings.Add("optimizer.epsilon", &epsilon, 1e-12, 1,
               "Added to the denominator: Adam outside the root, RMSProp inside");
  settings.Add(
      "optimizer.max_grad_norm", &max_grad_norm, 0, 1e9,
      "Maximum norm of the gradient, to which larger ones are scaled down; 0: no clipping");
}

OptimizerConfig OptimizerConfig::Over(std::int64_t schedule_updates) const {
  OptimizerConfig config = *this;
  if (learning_rate_decay_share > 0) {
    const double updates = learning_rate_decay_share * static_cast<double>(schedule_updates);
    config.learning_rate_decay_updates = std::max<std::int64_t>(std::llround(updates), 1);
  }
  return config;
}

Optimizer::Optimizer(const OptimizerConfig& config, const Network& network)
    : config_(config),
      algorithm_(AlgorithmOf(config).rule),
      mean_(network.MakeParameters()),
      square_(network.MakeParameters()) {}

double Optimizer::LearningRate() const {
  const auto decay_updates = static_cast<double>(config_.learning_rate_decay_updates);
  if (decay_updates == 0) return config_.learning_rate;
  const double left = std::max(0.0, 1.0 - static_cast<double>(steps_) / decay_updates);
  return config_.learning_rate_end + (config_.learning_rate - config_.learning_rate_end) * left;
}

UpdateRule Optimizer::NextRule() {
  const double learning_rate = LearningRate();
  ++steps_;
  return algorithm_(config_, learning_rate, static_cast<double>(steps_));
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
