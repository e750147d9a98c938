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
      learning_(network.MakeWorkspace(batch_size)),
      scratch_(network.MakeWorkspace(batch_size)),
      targets_(static_cast<std::size_t>(batch_size)) {
  config_.Check();
  const auto values = static_cast<std::size_t>(batch_size) * network.num_actions();
  for (auto* buffer : {&q_tm1_, &q_selector_, &q_evaluator_, &dq_}) buffer->resize(values);
  network_.Initialize(online_.span(), init);
  std::ranges::copy(online_, target_.begin());
}

UpdateStats Learner::BeginUpdate(const Batch& batch) {
  const bool two_networks = config_.double_q;
  network_.Forward(config_.target_network ? target() : online(), batch.s_t, *scratch_, pool_,
                   q_evaluator_);
  if (two_networks) network_.Forward(online(), batch.s_t, *scratch_, pool_, q_selector_);
  const int num_actions = network_.num_actions();
  ComputeTargets({two_networks ? q_selector_ : q_evaluator_, q_evaluator_, num_actions}, batch.r_t,
                 batch.end_t, config_.gamma, config_.terminal_on_life_loss, targets_);

  network_.Forward(online(), batch.s_tm1, *learning_, pool_, q_tm1_);
  UpdateStats stats;
  const auto size = static_cast<std::size_t>(batch.size());
  const auto delta = static_cast<float>(config_.huber_delta);
  std::ranges::fill(dq_, 0.0f);
  for (std::size_t i = 0; i < size; ++i) {
    const std::span<const float> q(&q_tm1_[i * num_actions], static_cast<std::size_t>(num_actions));
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

  network_.Backward(online(), batch.s_tm1, *learning_, pool_, dq_, gradient_.span());
  return stats;
}

double Learner::FinishUpdate() {
  const double norm = optimizer_.Step(gradient_.span(), online_.span(), pool_);
  ++updates_;
  UpdateTargetNetwork();
  return norm;
}

void Learner::UpdateTargetNetwork() {
  if (!config_.target_network) return;
  if (config_.target_period == 0) {
    BlendParameters(online(), config_.target_tau, target_.span(), pool_);
  } else if (updates_ % config_.target_period == 0) {
    BlendParameters(online(), 1.0, target_.span(), pool_);
  }
}

}  // namespace arcadeq
