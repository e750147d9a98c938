// Parallelised Q-network (Gallici et al. 2024): Q-learning from the latest rollout in many
// environments, without a replay and without a target network. Layer normalisation
// (network.normalisation), many environments and Q(lambda) returns keep it stable. Names are
// dqn_zoo's: the action a_tm1 in the state s_tm1 led to the reward r_t and the state s_t.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "agent/agent.h"
#include "agent/agent_config.h"
#include "agent/epsilon_greedy.h"
#include "agent/epsilon_schedule.h"
#include "agent/rollout.h"
#include "base/choice.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/memory.h"
#include "base/profile.h"
#include "base/quantity_text.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "loss/loss.h"
#include "loss/value_rescaling.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/frame_stack.h"
#include "replay/replay_memory.h"
#include "replay/step.h"
#include "replay/transition.h"

namespace arcadeq {
namespace {

struct PqnConfig {
  double lambda = 0.65;
  std::int64_t rollout_steps = 32;
  std::int64_t epochs = 2;

  void Declare(Settings& settings);
};

class Pqn final : public Agent {
 public:
  Pqn(const PqnConfig& config, const AgentContext& context);

  std::unique_ptr<Policy> MakePolicy(int first_env, int envs) override;
  double Epsilon(std::int64_t step) const override { return epsilon_.At(step); }

  void BeginEpisode(int env, std::span<const std::uint8_t> frame) override {
    rollout_.BeginEpisode(env, frame);
  }
  void Observe(int env, const Step& step, std::span<const std::uint8_t> next_frame) override {
    rollout_.Append(env, step, next_frame);
  }

  // Learns from each rollout once, when it is complete.
  std::int64_t NextUpdate(std::int64_t steps) const override {
    return (steps / rollout_.samples() + 1) * rollout_.samples();
  }
  int RoundsPerUpdate() const override { return rollout_.length(); }
  bool LearnsFromOlderSteps() const override { return false; }
  bool CanUpdate() const override { return rollout_.full(); }
  void BeginUpdate() override;
  UpdateStats FinishUpdate() override;
  void Inspect(Network::Activations& activations) const override {
    network_->Inspect(*pass_, static_cast<int>(Minibatch(minibatches_ - 1).size()), activations);
  }
  std::int64_t updates() const override { return updates_; }

  const Network& network() const override { return *network_; }
  const Network::Parameters& parameters() const override { return *parameters_; }
  std::int64_t stored_frames(int) const override { return 0; }
  std::int64_t frame_capacity() const override { return 0; }
  std::int64_t bytes_to_come() const override { return 0; }
  void Reserve(const ReservedMemory& reserved, std::int64_t available) override;
  void ReadNewestStack(int env, FrameStack& stack) const override {
    rollout_.ReadNewestStack(env, stack);
  }
  void VisitState(AgentState& state) override;

 private:
  class Behaviour;

  // Whether no step of the rollout continues from a sample's s_t.
  bool IsLast(int sample) const {
    return sample >= rollout_.samples() - rollout_.envs() || rollout_.step(sample).end.truncated;
  }

  void ComputeValues();
  void ComputeReturns();
  std::span<const int> Minibatch(int i) const;  // of the current epoch
  void Learn(std::span<const int> minibatch);

  const PqnConfig config_;
  const TransitionRule rule_;
  const int batch_size_;   // of the largest minibatch
  const int minibatches_;  // of an epoch
  const std::uint64_t seed_;
  ThreadPool& pool_;
  const EpsilonSchedule epsilon_;

  const std::unique_ptr<Loss> loss_;
  const ValueRescaling rescaling_;
  const std::unique_ptr<Network> network_;
  const std::unique_ptr<Network::Parameters> parameters_;
  Optimizer optimizer_;
  std::int64_t updates_ = 0;

  Rollout rollout_;
  RandomStream shuffle_random_;
  // By sample: max_a Q(s_tm1, a), which the policies compute as they act; max_a Q(s_t, a), which is
  // the next step's max_a Q(s_tm1, a) except where the rollout or an episode ends; the returns.
  std::vector<float> values_tm1_, values_t_, returns_;
  std::vector<int> order_;  // samples in the order in which an epoch learns from them

  // Of the current minibatch.
  const std::unique_ptr<Network::Workspace> pass_;
  const std::unique_ptr<Network::Observations> observations_;
  std::vector<StackView> stacks_;
  std::vector<int> bootstrapped_;           // the samples whose s_t are in stacks_
  std::vector<float> outputs_, d_outputs_;  // [minibatch][actions][atoms]
  std::vector<float> target_;               // [atoms]
  UpdateStats stats_;
};

// --- Acting: epsilon-greedy. Computes the values of all states, which the returns need.

class Pqn::Behaviour final : public Policy {
 public:
  Behaviour(Pqn& agent, int first_env, int envs)
      : agent_(agent),
        random_(SplitStreams(agent.seed_, "policy", first_env, envs)),
        workspace_(agent.network_->MakeWorkspace(envs, 0)),
        observations_(agent.network_->MakeObservations(envs)),
        outputs_(static_cast<std::size_t>(envs) * agent.network_->shape().outputs()) {}

  void Act(std::span<const StackView> observations, std::span<const std::int64_t> steps,
           ThreadPool& pool, std::span<std::int32_t> actions) override {
    const Network& network = *agent_.network_;
    const auto each = static_cast<std::size_t>(network.shape().outputs());
    network.Read(observations, *observations_, pool);
    network.Forward(*agent_.parameters_, {*observations_, 0, static_cast<int>(steps.size())},
                    *workspace_, pool, outputs_);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto outputs = std::span(outputs_).subspan(i * each, each);
      const GreedyChoice greedy = ChooseGreedily(*agent_.loss_, outputs);
      agent_.values_tm1_[steps[i] % agent_.rollout_.samples()] = greedy.value;
      actions[i] = random_[i].Bernoulli(agent_.Epsilon(steps[i]))
                       ? static_cast<std::int32_t>(random_[i].Below(network.shape().actions))
                       : greedy.action;
    }
  }

  void VisitState(int env, State& state) override {
    state.Stream("policy", random_[static_cast<std::size_t>(env)]);
  }

 private:
  Pqn& agent_;
  std::vector<RandomStream> random_;  // by environment
  const std::unique_ptr<Network::Workspace> workspace_;
  const std::unique_ptr<Network::Observations> observations_;
  std::vector<float> outputs_;  // [envs][actions][atoms]
};

std::unique_ptr<Policy> Pqn::MakePolicy(int first_env, int envs) {
  return std::make_unique<Behaviour>(*this, first_env, envs);
}

// --- What to learn: Q(lambda) returns, computed with the weights that acted.

void Pqn::BeginUpdate() {
  ComputeValues();
  ComputeReturns();
}

// The values of s_t. Evaluates the network only where no next step has computed them already.
void Pqn::ComputeValues() {
  const ProfileScope scope("bootstrap");
  const auto evaluate = [this] {
    const auto each = static_cast<std::size_t>(network_->shape().outputs());
    network_->Read(stacks_, *observations_, pool_);
    network_->Forward(*parameters_, {*observations_, 0, static_cast<int>(stacks_.size())}, *pass_,
                      pool_, outputs_);
    for (std::size_t i = 0; i < stacks_.size(); ++i) {
      const auto outputs = std::span(outputs_).subspan(i * each, each);
      values_t_[bootstrapped_[i]] = ChooseGreedily(*loss_, outputs).value;
    }
    stacks_.clear();
    bootstrapped_.clear();
  };
  for (int sample = 0; sample < rollout_.samples(); ++sample) {
    if (rule_.EndsReturn(rollout_.step(sample).end)) continue;
    if (!IsLast(sample)) {
      values_t_[sample] = values_tm1_[sample + rollout_.envs()];
      continue;
    }
    stacks_.push_back(rollout_.after(sample));
    bootstrapped_.push_back(sample);
    if (std::ssize(stacks_) == batch_size_) evaluate();
  }
  if (!stacks_.empty()) evaluate();
}

// Peng's Q(lambda), backwards in time:
//   G_t = r_t + gamma [(1 - lambda) max_a Q(s_t, a) + lambda G_t+1]
// G_t = r_t where the return ends; lambda is 0 where the rollout has no next step.
void Pqn::ComputeReturns() {
  const auto gamma = static_cast<float>(rule_.gamma), lambda = static_cast<float>(config_.lambda);
  for (int sample = rollout_.samples() - 1; sample >= 0; --sample) {
    const Step& step = rollout_.step(sample);
    returns_[sample] = step.reward;
    if (rule_.EndsReturn(step.end)) continue;
    const float value = rescaling_.Invert(values_t_[sample]);
    returns_[sample] += gamma * (IsLast(sample) ? value
                                                : (1 - lambda) * value +
                                                      lambda * returns_[sample + rollout_.envs()]);
  }
}

// --- How to learn it: in a few epochs over the rollout, in shuffled minibatches.

UpdateStats Pqn::FinishUpdate() {
  stats_ = {};
  std::iota(order_.begin(), order_.end(), 0);
  const std::int64_t before = updates_;
  for (std::int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
    for (std::size_t i = order_.size(); i > 1; --i) {  // Fisher-Yates
      std::swap(order_[i - 1], order_[shuffle_random_.Below(i)]);
    }
    for (int i = 0; i < minibatches_; ++i) {
      Learn(Minibatch(i));
    }
  }
  stats_ /= static_cast<double>(updates_ - before);
  rollout_.Clear();
  return stats_;
}

std::span<const int> Pqn::Minibatch(int i) const {
  const auto begin = order_.size() * i / minibatches_;
  const auto end = order_.size() * (i + 1) / minibatches_;
  return std::span(order_).subspan(begin, end - begin);
}

// An optimiser step on the minibatch's mean of loss(Q(s_tm1, a_tm1), G_t).
void Pqn::Learn(std::span<const int> minibatch) {
  const auto each = static_cast<std::size_t>(network_->shape().outputs());
  const auto atoms = static_cast<std::size_t>(loss_->atoms());
  const int size = static_cast<int>(minibatch.size());
  {
    const ProfileScope scope("differentiate");
    for (const int sample : minibatch) stacks_.push_back(rollout_.before(sample));
    network_->Read(stacks_, *observations_, pool_);
    stacks_.clear();
    network_->Forward(*parameters_, {*observations_, 0, size}, *pass_, pool_, outputs_);
    std::ranges::fill(d_outputs_, 0.0f);
    UpdateStats stats;
    for (std::size_t i = 0; i < minibatch.size(); ++i) {
      const int sample = minibatch[i];
      const int a_tm1 = rollout_.step(sample).action;
      const auto all = std::span(outputs_).subspan(i * each, each);
      const auto taken = all.subspan(a_tm1 * atoms, atoms);
      const auto gradient = std::span(d_outputs_).subspan(i * each + a_tm1 * atoms, atoms);
      loss_->ReturnTarget(rescaling_.Apply(returns_[sample]), target_);
      stats.loss += loss_->Compare(taken, target_, gradient);
      for (float& d : gradient) d /= static_cast<float>(size);
      const float value = loss_->Value(taken);
      stats.mean_q += value;
      stats.max_q += ChooseGreedily(*loss_, all).value;
      stats.td_error += std::abs(value - loss_->TargetValue(target_));
    }
    stats /= size;
    stats_ += stats;
    network_->BeginBackward(*parameters_, {*observations_, 0, size}, *pass_, pool_, d_outputs_);
  }
  const ProfileScope scope("optimise");
  stats_.gradient_norm += optimizer_.Step(*network_, *pass_, *parameters_, {}, pool_);
  ++updates_;
}

// --- Memory: the rollout, and the trainer's window that fills it, which is as large.

// `why` is the clause that follows the size in the message.
[[noreturn]] void RefuseRollout(int envs, std::int64_t length, std::int64_t bytes,
                                const std::string& why) {
  ThrowUserError(
      "a rollout of {} steps in {} environments and its window take {}, {}; make "
      "agent.rollout_steps or train.envs smaller",
      length, envs, FormatBytes(bytes), why);
}

std::int64_t RolloutBytes(const FrameFormat& frame, int stack, int envs, std::int64_t length) {
  return 2 * Rollout::Bytes(frame, stack, envs, length);
}

// Refuses a rollout that does not fit before allocating it.
Rollout MakeRollout(const AgentContext& context, std::int64_t length) {
  const std::int64_t bytes = RolloutBytes(context.frame, context.stack, context.envs, length);
  const std::int64_t available = AvailableMemoryBytes();
  if (bytes > available) {
    RefuseRollout(context.envs, length, bytes,
                  fmt::format("but {} of memory is available", FormatBytes(available)));
  }
  return {context.frame, context.stack, context.envs, static_cast<int>(length)};
}

// The rollout and the window are allocated by now.
void Pqn::Reserve(const ReservedMemory& reserved, std::int64_t available) {
  if (reserved.bytes <= available) return;
  const NetworkShape& shape = network_->shape();
  RefuseRollout(rollout_.envs(), rollout_.length(),
                RolloutBytes(shape.frame, shape.stack, rollout_.envs(), rollout_.length()),
                fmt::format("which leaves {} of memory, but {} takes {}", FormatBytes(available),
                            reserved.uses, FormatBytes(reserved.bytes)));
}

// --- Settings, construction, state.

void PqnConfig::Declare(Settings& settings) {
  settings.Add("agent.lambda", &lambda, 0, 1,
               "PQN: weight of longer returns; 0: one step, 1: the whole rollout");
  settings.Add("agent.rollout_steps", &rollout_steps, 1, 4096,
               "PQN: number of steps in each environment between updates");
  settings.Add("agent.epochs", &epochs, 1, 1000,
               "PQN: number of passes over a rollout, in minibatches of train.batch_size");
}

// How many pieces of at most `size` cover `total`: minibatches a rollout, rollouts a run.
std::int64_t Pieces(std::int64_t total, std::int64_t size) {
  return (total + size - 1) / size;
}

Pqn::Pqn(const PqnConfig& config, const AgentContext& context)
    : config_(config),
      rule_(context.config.Rule()),
      batch_size_(static_cast<int>(context.config.learning.batch_size)),
      minibatches_(static_cast<int>(Pieces(config.rollout_steps * context.envs, batch_size_))),
      seed_(context.seed),
      pool_(context.pool),
      epsilon_(context.config.policy.Over(context.schedule_steps), /*random_steps=*/0),
      loss_(context.config.loss.Make()),
      rescaling_(context.config.value_rescaling),
      network_(context.config.MakeQNetwork(context.frame, context.stack, context.num_actions)),
      parameters_(network_->MakeParameters()),
      optimizer_(context.config.optimizer.Over(
                     Pieces(context.schedule_steps, config.rollout_steps * context.envs) *
                     config.epochs * minibatches_),
                 *network_),
      rollout_(MakeRollout(context, config.rollout_steps)),
      shuffle_random_(seed_, "shuffle"),
      values_tm1_(static_cast<std::size_t>(rollout_.samples())),
      values_t_(values_tm1_.size()),
      returns_(values_tm1_.size()),
      order_(values_tm1_.size()),
      pass_(network_->MakeWorkspace(batch_size_, batch_size_)),
      observations_(network_->MakeObservations(batch_size_)),
      target_(static_cast<std::size_t>(loss_->atoms())) {
  stacks_.reserve(static_cast<std::size_t>(batch_size_));
  bootstrapped_.reserve(static_cast<std::size_t>(batch_size_));
  outputs_.resize(static_cast<std::size_t>(batch_size_) * network_->shape().outputs());
  d_outputs_.resize(outputs_.size());
  RandomStream init(seed_, "init");
  network_->Initialize(*parameters_, init);
}

void Pqn::VisitState(AgentState& state) {
  state.Parameters("online", *network_, *parameters_);
  VisitOptimizer(state, *network_, optimizer_);
  state.values().Count("updates", updates_);
  state.values().Stream("shuffle", shuffle_random_);
  rollout_.VisitState(state.values());
}

}  // namespace

KindPointer<AgentMaker> PqnKind() {
  return std::make_unique<KindOf<AgentMaker, PqnConfig, Pqn>>();
}

}  // namespace arcadeq
