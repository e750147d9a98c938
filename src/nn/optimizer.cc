#include "nn/optimizer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/aligned_buffer.h"
#include "nn/kernels/kernels.h"

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

struct Optimizer::Impl {
  OptimizerConfig config;
  AlignedBuffer<float> mean;    // of the gradients
  AlignedBuffer<float> square;  // of their squares
  std::vector<double> partial_sums;
  std::int64_t step = 0;  // steps taken

  double LearningRate() const {
    const auto decay_updates = static_cast<double>(config.learning_rate_decay_updates);
    if (decay_updates == 0) return config.learning_rate;
    return config.learning_rate * std::max(0.0, 1.0 - static_cast<double>(step) / decay_updates);
  }
};

Optimizer::Optimizer(const OptimizerConfig& config, std::size_t buffer_size)
    : impl_(new Impl{config, AlignedBuffer<float>(buffer_size), AlignedBuffer<float>(buffer_size),
                     std::vector<double>(static_cast<std::size_t>(Shards(buffer_size)))}) {}

Optimizer::~Optimizer() = default;

double Optimizer::Step(std::span<float> gradient, std::span<float> parameters, ThreadPool& pool) {
  Impl& s = *impl_;
  const std::size_t size = gradient.size();
  ForEachShard(size, pool, [&](std::size_t offset, std::size_t n) {
    s.partial_sums[offset / kShardFloats] = kernels::SumOfSquares(&gradient[offset], n);
  });
  double squares = 0;
  for (double sum : s.partial_sums) squares += sum;
  const double norm = std::sqrt(squares);
  const double limit = s.config.max_grad_norm;
  const auto scale = static_cast<float>(limit > 0 && norm > limit ? limit / norm : 1.0);
  const double learning_rate = s.LearningRate();
  ++s.step;

  const auto as_float = [](double x) { return static_cast<float>(x); };
  if (s.config.algorithm == "adam") {
    const auto t = static_cast<double>(s.step);
    const kernels::AdamStep step{
        .beta1 = as_float(s.config.beta1),
        .beta2 = as_float(s.config.beta2),
        .one_minus_beta1 = as_float(1 - s.config.beta1),
        .one_minus_beta2 = as_float(1 - s.config.beta2),
        .step_size = as_float(learning_rate / (1 - std::pow(s.config.beta1, t))),
        .variance_scale = as_float(1 / std::sqrt(1 - std::pow(s.config.beta2, t))),
        .epsilon = as_float(s.config.epsilon),
        .gradient_scale = scale};
    ForEachShard(size, pool, [&](std::size_t i, std::size_t n) {
      kernels::Adam(step, n, &gradient[i], &parameters[i], &s.mean[i], &s.square[i]);
    });
  } else {
    const kernels::RmsPropStep step{.decay = as_float(s.config.decay),
                                    .one_minus_decay = as_float(1 - s.config.decay),
                                    .learning_rate = as_float(learning_rate),
                                    .epsilon = as_float(s.config.epsilon),
                                    .gradient_scale = scale};
    ForEachShard(size, pool, [&](std::size_t i, std::size_t n) {
      kernels::RmsProp(step, n, &gradient[i], &parameters[i], &s.mean[i], &s.square[i]);
    });
  }
  return norm;
}

void BlendParameters(std::span<const float> online, double tau, std::span<float> target,
                     ThreadPool& pool) {
  if (tau == 1.0) {  // target + (online - target) would round
    std::ranges::copy(online, target.begin());
    return;
  }
  ForEachShard(online.size(), pool, [&](std::size_t i, std::size_t n) {
    kernels::Blend(&online[i], static_cast<float>(tau), n, &target[i]);
  });
}

}  // namespace arcadeq
