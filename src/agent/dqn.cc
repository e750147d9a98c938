// Deep Q-networks (Mnih et al. 2015), optionally with double targets (van Hasselt et al. 2016) and
// a softly updated target network. Names are dqn_zoo's: the action a_tm1 in the state s_tm1 led to
// the reward r_t and the state s_t.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "agent/epsilon_greedy.h"
#include "agent/epsilon_schedule.h"
#include "base/choice.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/profile.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "loss/value_rescaling.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/batch.h"
#include "replay/frame_stack.h"
#include "replay/replay.h"
#include "replay/replay_config.h"
#include "replay/replay_memory.h"
#include "replay/step.h"

namespace arcadeq {
namespace {

struct DqnConfig {
  bool double_q = true;
  bool target_network = true;
  double target_tau = 0.08;
  std::int64_t target_period = 0;

  void Declare(Settings& settings);
  void Check() const;
};

class Dqn final : public Agent {
 public:
  Dqn(const DqnConfig& config, const AgentContext& context);

  std::unique_ptr<Policy> MakePolicy(int first_env, int envs) override;
  double Epsilon(std::int64_t step) const override { return epsilon_.At(step); }

  void BeginEpisode(int env, std::span<const std::uint8_t> frame) override {
    replay_.BeginEpisode(env, frame);
  }
  void Observe(int env, const Step& step, std::span<const std::uint8_t> next_frame) override {
    replay_.Append(env, step, next_frame);
  }

  std::int64_t NextUpdate(std::int64_t steps) const override;
  int RoundsPerUpdate() const override;
  bool LearnsFromOlderSteps() const override { return true; }
  bool CanUpdate() const override { return replay_.CanSample(); }
  void BeginUpdate() override;
  UpdateStats FinishUpdate() override;
  void Inspect(Network::Activations& activations) const override {
    network_->Inspect(*online_pass_, batch_.size(), activations);
  }
  std::int64_t updates() const override { return updates_; }

  const Network& network() const override { return *network_; }
  const Network::Parameters& parameters() const override { return *online_; }
  std::int64_t stored_frames(int env) const override { return replay_.store().frames(env); }
  std::int64_t frame_capacity() const override { return replay_.store().capacity(); }
  std::int64_t bytes_to_come() const override;
  void Reserve(const ReservedMemory& reserved, std::int64_t available) override;
  void ReadNewestStack(int env, FrameStack& stack) const override {
    replay_.store().ReadNewestStack(env, stack);
  }
  void VisitState(AgentState& state) override;

 private:
  class Behaviour;

  void ComputeLoss();
  TargetBlend Blend();

  const DqnConfig config_;
  const LearningConfig learning_;
  const ReplayConfig replay_config_;
  const FrameFormat frame_;
  const int envs_;
  const std::uint64_t seed_;
  ThreadPool& pool_;
  const EpsilonSchedule epsilon_;

  const std::unique_ptr<Loss> loss_;
  const ValueRescaling rescaling_;
  const std::unique_ptr<Network> network_;
  const std::unique_ptr<Network::Parameters> online_, target_;
  Optimizer optimizer_;
  const std::int64_t copy_period_;  // updates between copies to the target network; 0: blends
  std::int64_t updates_ = 0;

  Replay replay_;
  RandomStream replay_random_;
  Batch batch_;

  // Of the update in progress.
  const std::unique_ptr<Network::Workspace> online_pass_, target_pass_;
  const std::unique_ptr<Network::Observations> observations_;  // s_tm1, then s_t
  std::vector<StackView> stacks_;
  // [batch][actions][atoms]: the online network's for s_tm1 and then s_t; the target network's for
  // s_t; the loss's gradient with respect to the online network's for s_tm1.
  std::vector<float> online_outputs_, target_outputs_, d_outputs_;
  std::vector<float> target_values_;  // [atoms]
  std::vector<float> priorities_;     // [batch]: absolute TD errors
  UpdateStats stats_;
};

// --- Acting: epsilon-greedy on the online network.

class Dqn::Behaviour final : public Policy {
 public:
  Behaviour(const Dqn& agent, int first_env, int envs)
      : agent_(agent),
        epsilon_greedy_(*agent.network_, *agent.loss_,
                        SplitStreams(agent.seed_, "policy", first_env, envs)) {
    for (int env = 0; env < envs; ++env) envs_.push_back(env);
  }

  void Act(std::span<const StackView> observations, std::span<const std::int64_t> steps,
           ThreadPool& pool, std::span<std::int32_t> actions) override {
    epsilons_.clear();
    for (const std::int64_t step : steps) epsilons_.push_back(agent_.Epsilon(step));
    epsilon_greedy_.Act(*agent_.online_, envs_, observations, epsilons_, pool, actions);
  }

  void VisitState(int env, State& state) override {
    state.Stream("policy", epsilon_greedy_.random()[static_cast<std::size_t>(env)]);
  }

 private:
  const Dqn& agent_;
  EpsilonGreedy epsilon_greedy_;
  std::vector<int> envs_;  // 0, 1, ...
  std::vector<double> epsilons_;
};

std::unique_ptr<Policy> Dqn::MakePolicy(int first_env, int envs) {
  return std::make_unique<Behaviour>(*this, first_env, envs);
}

// --- When to learn: every update_period steps, once learning starts.

std::int64_t Dqn::NextUpdate(std::int64_t steps) const {
  const std::int64_t period = learning_.update_period;
  return (std::max(steps, learning_.starts) / period + 1) * period;
}

int Dqn::RoundsPerUpdate() const {
  return static_cast<int>(std::max<std::int64_t>(learning_.update_period / envs_, 1));
}

// --- An update.

void Dqn::BeginUpdate() {
  {
    const ProfileScope scope("sample");
    replay_.Sample(replay_random_, pool_, batch_);
  }
  const ProfileScope scope("differentiate");
  const int size = batch_.size();
  stacks_.assign(batch_.s_tm1.begin(), batch_.s_tm1.end());
  stacks_.insert(stacks_.end(), batch_.s_t.begin(), batch_.s_t.end());
  network_->Read(stacks_, *observations_, pool_);
  if (config_.target_network) {
    network_->Forward(*target_, {*observations_, size, size}, *target_pass_, pool_,
                      target_outputs_);
  }
  // One pass serves both states, if both are needed, so that the weights are read only once.
  const bool both = config_.double_q || !config_.target_network;
  network_->Forward(*online_, {*observations_, 0, both ? 2 * size : size}, *online_pass_, pool_,
                    online_outputs_);
  ComputeLoss();
  network_->BeginBackward(*online_, {*observations_, 0, size}, *online_pass_, pool_, d_outputs_);
}

// The mean over the batch of loss(Q(s_tm1, a_tm1), r_t + discount_t evaluator(s_t, a_t)), where a_t
// is greedy for the selector. Targets differ in their selector and evaluator:
//   vanilla          selector = evaluator = online              (Watkins 1989)
//   target network   selector = evaluator = target              (Mnih et al. 2015)
//   double           selector = online, evaluator = target      (van Hasselt et al. 2016)
void Dqn::ComputeLoss() {
  const auto size = static_cast<std::size_t>(batch_.size());
  const auto atoms = static_cast<std::size_t>(loss_->atoms());
  const auto each = static_cast<std::size_t>(network_->shape().outputs());
  const std::span outputs_tm1 = std::span(online_outputs_).first(size * each);
  const std::span online_t = std::span(online_outputs_).subspan(size * each);
  const std::span target_t = std::span(target_outputs_);
  const std::span selector = config_.double_q || !config_.target_network ? online_t : target_t;
  const std::span evaluator = config_.target_network ? target_t : online_t;

  stats_ = {};
  std::ranges::fill(d_outputs_, 0.0f);
  for (std::size_t i = 0; i < size; ++i) {
    const auto a_t = ChooseGreedily(*loss_, selector.subspan(i * each, each)).action;
    const auto next = evaluator.subspan(i * each + a_t * atoms, atoms);
    loss_->BootstrapTarget({batch_.r_t[i], batch_.discount_t[i], rescaling_}, next, target_values_);

    const auto all = outputs_tm1.subspan(i * each, each);
    const auto taken = all.subspan(batch_.a_tm1[i] * atoms, atoms);
    const auto gradient = std::span(d_outputs_).subspan(i * each + batch_.a_tm1[i] * atoms, atoms);
    const float loss = loss_->Compare(taken, target_values_, gradient);
    for (float& d : gradient) d = batch_.weight[i] * d / static_cast<float>(size);

    const float value = loss_->Value(taken);
    priorities_[i] = std::abs(value - loss_->TargetValue(target_values_));
    stats_.loss += batch_.weight[i] * loss;
    stats_.mean_q += value;
    stats_.max_q += ChooseGreedily(*loss_, all).value;
    stats_.td_error += priorities_[i];
  }
  stats_ /= static_cast<double>(size);
}

UpdateStats Dqn::FinishUpdate() {
  const ProfileScope scope("optimise");
  stats_.gradient_norm = optimizer_.Step(*network_, *online_pass_, *online_, Blend(), pool_);
  ++updates_;
  if (copy_period_ > 0 && updates_ % copy_period_ == 0) network_->Copy(*online_, *target_);
  replay_.UpdatePriorities(batch_.id, priorities_);
  return stats_;
}

// target += tau * (online - target) after each step, unless the target is a periodic copy.
TargetBlend Dqn::Blend() {
  const bool blends = config_.target_network && copy_period_ == 0;
  return blends ? TargetBlend{target_.get(), config_.target_tau} : TargetBlend{};
}

// Blending with target_tau = 1 is the same as copying after each update.
std::int64_t CopyPeriod(const DqnConfig& config) {
  if (!config.target_network) return 0;
  return config.target_period == 0 && config.target_tau == 1 ? 1 : config.target_period;
}

// --- Memory.

std::int64_t Dqn::bytes_to_come() const {
  const std::int64_t full = ReplayBytes(frame_, replay_config_, envs_);
  return std::max<std::int64_t>(full - replay_.bytes(), 0);
}

void Dqn::Reserve(const ReservedMemory& reserved, std::int64_t available) {
  CheckReplayFits(frame_, replay_config_, envs_, reserved, available + replay_.bytes());
  replay_.Reserve(reserved.bytes);
}

// --- Settings, construction, state.

void DqnConfig::Declare(Settings& settings) {
  settings.Add("agent.double", &double_q,
               "Double Q-learning: the online network selects the next action, the target network "
               "evaluates it");
  settings.Add("agent.target_network", &target_network,
               "Whether targets come from a separate, slower network; false (needs agent.double = "
               "false): from the online network itself");
  settings.Add("agent.target_tau", &target_tau, 0, 1,
               "Share of the online network blended into the target network after each update");
  settings.Add("agent.target_period", &target_period, 0, 1'000'000'000,
               "Number of updates between copies of the online into the target network; 0: blend "
               "by agent.target_tau");
}

void DqnConfig::Check() const {
  if (double_q && !target_network) {
    ThrowUserError(
        "agent.double = true needs agent.target_network = true; for vanilla targets set both to "
        "false");
  }
  if (target_network && target_tau == 0 && target_period == 0) {
    ThrowUserError(
        "with agent.target_tau = 0 and agent.target_period = 0 the target network would never "
        "learn; set one of them");
  }
}

// The number of updates in a run's first `steps` steps.
std::int64_t UpdatesWithin(std::int64_t steps, const LearningConfig& learning) {
  const std::int64_t period = learning.update_period;
  return std::max<std::int64_t>(steps / period - learning.starts / period, 0);
}

Dqn::Dqn(const DqnConfig& config, const AgentContext& context)
    : config_(config),
      learning_(context.config.learning),
      replay_config_(context.config.replay),
      frame_(context.frame),
      envs_(context.envs),
      seed_(context.seed),
      pool_(context.pool),
      epsilon_(context.config.policy.Over(context.schedule_steps), learning_.starts),
      loss_(context.config.loss.Make()),
      rescaling_(context.config.value_rescaling),
      network_(context.config.MakeQNetwork(context.frame, context.stack, context.num_actions)),
      online_(network_->MakeParameters()),
      target_(network_->MakeParameters()),
      optimizer_(context.config.optimizer.Over(UpdatesWithin(context.schedule_steps, learning_)),
                 *network_),
      copy_period_(CopyPeriod(config)),
      replay_(context.frame, context.stack, context.config.replay, context.config.Rule(),
              context.envs),
      replay_random_(seed_, "replay"),
      batch_(replay_.store().MakeBatch(static_cast<int>(learning_.batch_size))),
      online_pass_(network_->MakeWorkspace(2 * batch_.size(), batch_.size())),
      target_pass_(network_->MakeWorkspace(batch_.size(), 0)),
      observations_(network_->MakeObservations(2 * batch_.size())) {
  const auto size = static_cast<std::size_t>(batch_.size());
  const auto each = static_cast<std::size_t>(network_->shape().outputs());
  stacks_.reserve(2 * size);
  online_outputs_.resize(2 * size * each);
  target_outputs_.resize(size * each);
  d_outputs_.resize(size * each);
  target_values_.resize(static_cast<std::size_t>(loss_->atoms()));
  priorities_.resize(size);
  RandomStream init(seed_, "init");
  network_->Initialize(*online_, init);
  network_->Copy(*online_, *target_);
}

void Dqn::VisitState(AgentState& state) {
  state.Parameters("online", *network_, *online_);
  state.Parameters("target", *network_, *target_);
  VisitOptimizer(state, *network_, optimizer_);
  state.values().Count("updates", updates_);
  state.values().Stream("replay", replay_random_);
  state.Replay(replay_);
}

}  // namespace

KindPointer<AgentMaker> DqnKind() {
  return std::make_unique<KindOf<AgentMaker, DqnConfig, Dqn>>();
}

}  // namespace arcadeq
