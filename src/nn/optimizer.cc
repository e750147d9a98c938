#include "nn/optimizer.h"

#include <algorithm>
#include <cmath>

namespace arcadeq {
namespace {

// Fixed, so that sums do not depend on the threads; a multiple of a panel.
constexpr std::size_t kShardFloats = 1 << 15;

int Shards(std::size_t size) {
  return static_cast<int>((size + kShardFloats - 1) / kShardFloats);
}

// Calls work(offset, length) for fixed shards of a buffer.
template <typename Work>
void ForEachShard(std::size_t size, ThreadPool& pool, Work work) {
  pool.Run(Shards(size), [&](int shard) {
    const std::size_t offset = shard * kShardFloats;
    work(offset, std::min(kShardFloats, size - offset));
  });
}

}  // namespace

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

Optimizer::Optimizer(const OptimizerConfig& config, std::size_t buffer_size)
    : config_(config),
      mean_(buffer_size),
      square_(buffer_size),
      partial_sums_(static_cast<std::size_t>(Shards(buffer_size))) {}

double Optimizer::LearningRate() const {
  const auto decay_updates = static_cast<double>(config_.learning_rate_decay_updates);
  if (decay_updates == 0) return config_.learning_rate;
  return config_.learning_rate * std::max(0.0, 1.0 - static_cast<double>(steps_) / decay_updates);
}

kernels::ParameterStep Optimizer::BeginStep(std::span<float> parameters, TargetBlend blend,
                                            double gradient_scale) {
  const auto as_float = [](double x) { return static_cast<float>(x); };
  const double learning_rate = LearningRate();
  ++steps_;
  kernels::ParameterStep step{.parameters = parameters.data(),
                              .mean = mean_.data(),
                              .square = square_.data(),
                              .target = blend.target.empty() ? nullptr : blend.target.data(),
                              .tau = as_float(blend.tau)};
  if (config_.algorithm == "adam") {
    const auto t = static_cast<double>(steps_);
    step.rule = kernels::ParameterStep::Rule::kAdam;
    step.adam = {.beta1 = as_float(config_.beta1),
                 .beta2 = as_float(config_.beta2),
                 .one_minus_beta1 = as_float(1 - config_.beta1),
                 .one_minus_beta2 = as_float(1 - config_.beta2),
                 .step_size = as_float(learning_rate / (1 - std::pow(config_.beta1, t))),
                 .variance_scale = as_float(1 / std::sqrt(1 - std::pow(config_.beta2, t))),
                 .epsilon = as_float(config_.epsilon),
                 .gradient_scale = as_float(gradient_scale)};
  } else {
    step.rule = kernels::ParameterStep::Rule::kRmsProp;
    step.rms_prop = {.decay = as_float(config_.decay),
                     .one_minus_decay = as_float(1 - config_.decay),
                     .learning_rate = as_float(learning_rate),
                     .epsilon = as_float(config_.epsilon),
                     .gradient_scale = as_float(gradient_scale)};
  }
  return step;
}

double Optimizer::Step(std::span<float> gradient, std::span<float> parameters, TargetBlend blend,
                       ThreadPool& pool) {
  const std::size_t size = gradient.size();
  ForEachShard(size, pool, [&](std::size_t offset, std::size_t n) {
    partial_sums_[offset / kShardFloats] = kernels::SumOfSquares(&gradient[offset], n);
  });
  double squares = 0;
  for (double sum : partial_sums_) squares += sum;
  const double norm = std::sqrt(squares);
  const double limit = config_.max_grad_norm;
  const double scale = limit > 0 && norm > limit ? limit / norm : 1.0;
  const kernels::ParameterStep step = BeginStep(parameters, blend, scale);
  ForEachShard(size, pool, [&](std::size_t offset, std::size_t n) {
    kernels::StepParameters(step.At(offset), n, &gradient[offset]);
  });
  return norm;
}

}  // namespace arcadeq
