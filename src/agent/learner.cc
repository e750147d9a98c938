#include "agent/learner.h"

#include <algorithm>
#include <cmath>

#include "agent/actor.h"
#include "agent/target.h"
#include "base/error.h"

namespace arcadeq {

void AgentConfig::Declare(Settings& settings) {
  settings.Add("agent.gamma", &gamma, 0, 1, "Discount of the return for each step");
  settings.Add("agent.double", &double_q,
               "Double Q-learning: the online network selects the next action, the target network "
               "values it");
  settings.Add("agent.target_network", &target_network,
               "Targets from a separate, slower network; false (with agent.double = false): from "
               "the online network itself");
  settings.Add("agent.target_tau", &target_tau, 0, 1,
               "Share of the online network blended into the target network after each update");
  settings.Add("agent.target_period", &target_period, 0, 1'000'000'000,
               "Updates between copies of the online into the target network; 0: blend by "
               "target_tau");
  settings.Add("agent.huber_delta", &huber_delta, 1e-6, 1e9,
               "TD error beyond which the loss is linear");
  settings.Add("agent.terminal_on_life_loss", &terminal_on_life_loss,
               "A lost life ends the return (not the game)");
}

void AgentConfig::Check() const {
  if (double_q && !target_network) {
    ThrowUserError(
        "agent.double = true needs agent.target_network = true; for vanilla targets set both to "
        "false");
  }
}

Learner::Learner(const AgentConfig& config, const OptimizerConfig& optimizer,
                 const QNetwork& network, int batch_size, ThreadPool& pool, RandomStream& init)
    : config_(config),
      network_(network),
      pool_(pool),
      online_(network.buffer_size()),
      target_(network.buffer_size()),
      gradient_(network.buffer_size()),
      optimizer_(optimizer, network.buffer_size()),
      online_pass_(network.MakeWorkspace(2 * batch_size, batch_size)),
      target_pass_(network.MakeWorkspace(batch_size, 0)),
      images_(network.MakeImages(2 * batch_size)),
      targets_(static_cast<std::size_t>(batch_size)) {
  config_.Check();
  stacks_.reserve(2 * static_cast<std::size_t>(batch_size));
  const auto values = static_cast<std::size_t>(batch_size) * network.num_actions();
  q_online_.resize(2 * values);
  q_target_.resize(values);
  dq_.resize(values);
  network_.Initialize(online_.span(), init);
  std::ranges::copy(online_, target_.begin());
}

void Learner::Restore(std::int64_t updates, std::int64_t optimizer_steps,
                      const Parameters& parameters) {
  std::ranges::copy(parameters.online, online_.begin());
  std::ranges::copy(parameters.target, target_.begin());
  std::ranges::copy(parameters.mean, optimizer_.mean().begin());
  std::ranges::copy(parameters.square, optimizer_.square().begin());
  optimizer_.set_steps(optimizer_steps);
  updates_ = updates;
}

UpdateStats Learner::BeginUpdate(const Batch& batch) {
  const int size = batch.size();
  stacks_.assign(batch.s_tm1.begin(), batch.s_tm1.end());
  stacks_.insert(stacks_.end(), batch.s_t.begin(), batch.s_t.end());
  network_.Read(stacks_, *images_, pool_);
  if (config_.target_network) {
    network_.Forward(target(), {*images_, size, size}, *target_pass_, pool_, q_target_);
  }
  // One pass for both states, if both are needed, so that the weights are read once.
  const bool both = config_.double_q || !config_.target_network;
  network_.Forward(online(), {*images_, 0, both ? 2 * size : size}, *online_pass_, pool_,
                   q_online_);
  const UpdateStats stats = ComputeLoss(batch);
  network_.BeginBackward(online(), {*images_, 0, size}, *online_pass_, pool_, dq_,
                         gradient_.span());
  return stats;
}

UpdateStats Learner::ComputeLoss(const Batch& batch) {
  const auto size = static_cast<std::size_t>(batch.size());
  const auto num_actions = static_cast<std::size_t>(network_.num_actions());
  const std::span<const float> q_tm1 = std::span(q_online_).first(size * num_actions);
  const std::span<const float> q_t_online =
      std::span(q_online_).subspan(size * num_actions, size * num_actions);
  const std::span<const float> q_t_target = q_target_;
  ComputeTargets({config_.double_q || !config_.target_network ? q_t_online : q_t_target,
                  config_.target_network ? q_t_target : q_t_online, network_.num_actions()},
                 batch.r_t, batch.discount_t, targets_);

  UpdateStats stats;
  const auto delta = static_cast<float>(config_.huber_delta);
  std::ranges::fill(dq_, 0.0f);
  for (std::size_t i = 0; i < size; ++i) {
    const std::span<const float> q = q_tm1.subspan(i * num_actions, num_actions);
    const float value = q[batch.a_tm1[i]];
    const float td_error = value - targets_[i];
    dq_[i * num_actions + batch.a_tm1[i]] =
        HuberGradient(td_error, delta) / static_cast<float>(size);
    stats.loss += HuberLoss(td_error, delta);
    stats.mean_q += value;
    stats.max_q += q[GreedyAction(q)];
    stats.td_error += std::abs(td_error);
  }
  for (double* sum : {&stats.loss, &stats.mean_q, &stats.max_q, &stats.td_error}) {
    *sum /= static_cast<double>(size);
  }
  return stats;
}

double Learner::FinishUpdate() {
  double norm = 0;
  if (optimizer_.clips()) {
    network_.FinishBackward(*online_pass_, pool_, gradient_.span());
    norm = optimizer_.Step(gradient_.span(), online_.span(), Blend(), pool_);
  } else {
    norm = network_.FinishBackwardWithStep(*online_pass_, pool_, gradient_.span(),
                                           optimizer_.BeginStep(online_.span(), Blend()));
  }
  ++updates_;
  const bool copies =
      config_.target_period > 0 ? updates_ % config_.target_period == 0 : config_.target_tau == 1.0;
  if (config_.target_network && copies) std::ranges::copy(online_, target_.begin());
  return norm;
}

TargetBlend Learner::Blend() {
  const bool blends =
      config_.target_network && config_.target_period == 0 && config_.target_tau < 1.0;
  return blends ? TargetBlend{target_.span(), config_.target_tau} : TargetBlend{};
}

}  // namespace arcadeq
