#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "agent/agent_config.h"
#include "base/choice.h"
#include "base/frame.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "replay/replay.h"
#include "replay/replay_memory.h"
#include "replay/step.h"

namespace arcadeq {

// Means over the samples of one update, from before it was applied.
struct UpdateStats {
  double loss = 0;
  double mean_q = 0;         // of the actions taken
  double max_q = 0;          // of the greedy actions
  double td_error = 0;       // absolute
  double gradient_norm = 0;  // before clipping
};

// What an agent keeps in a checkpoint: values by name, and what is too large for those.
class AgentState {
 public:
  virtual ~AgentState() = default;
  virtual State& values() = 0;
  virtual void Parameters(std::string_view name, const Network& network,
                          Network::Parameters& parameters) = 0;
  virtual void Replay(arcadeq::Replay& replay) = 0;
};

// The moments as "optimizer_mean" and so on, the count of steps as a value.
void VisitOptimizer(AgentState& state, const Network& network, Optimizer& optimizer);

// Acts in some of a run's environments on an agent's behalf. Policies of one agent may act at the
// same time, on different threads, and while the agent begins an update.
class Policy {
 public:
  virtual ~Policy() = default;

  // An action for each environment. steps[i] is the number of the step in the run, from 0, which
  // observations[i] is about to be acted on; the observations' frames need to hold for the call
  // only.
  virtual void Act(std::span<const StackView> observations, std::span<const std::int64_t> steps,
                   ThreadPool& pool, std::span<std::int32_t> actions) = 0;
  // What an environment's actions depend on beside the agent; `env` is counted from this policy's
  // first. Each environment's is apart, so that a run may resume with other policies over them.
  virtual void VisitState(int env, State& state) = 0;
};

// A learning algorithm: how it acts, what it keeps of what happened, when and from what it learns.
// docs/dqn.md walks through one.
//
// A run goes by windows (see Trainer). In each, policies play some steps; then the agent observes
// them, in the order of their numbers. Updates that fall due within the window run beside the
// policies or after the agent has observed, as Trainer decides; results depend on the seed alone,
// never on the number of threads. Everything is allocated at construction, but for a replay's
// segments.
class Agent {
 public:
  virtual ~Agent() = default;

  // Acting. One policy for the environments [first_env, first_env + envs).
  virtual std::unique_ptr<Policy> MakePolicy(int first_env, int envs) = 0;
  // The probability of a random action at a step, for the record.
  virtual double Epsilon(std::int64_t step) const = 0;

  // Observing: an episode's first frame, then each action, what it brought, and the next frame.
  virtual void BeginEpisode(int env, std::span<const std::uint8_t> frame) = 0;
  virtual void Observe(int env, const Step& step, std::span<const std::uint8_t> next_frame) = 0;

  // Learning. The number of steps after which the next update falls due, above `steps`.
  virtual std::int64_t NextUpdate(std::int64_t steps) const = 0;
  // Steps in each environment from one update to the next, at least 1: the length of a window.
  virtual int RoundsPerUpdate() const = 0;
  // Whether updates may run beside the policies that play the window in which they fall due.
  virtual bool LearnsFromOlderSteps() const = 0;
  // Whether there is something to learn from yet.
  virtual bool CanUpdate() const = 0;
  // An update in two parts: the first reads the weights, the second writes them. The statistics are
  // the second's.
  virtual void BeginUpdate() = 0;
  virtual UpdateStats FinishUpdate() = 0;
  // Reports what the network returned for the states of the last batch, before its update.
  virtual void Inspect(Network::Activations& activations) const = 0;
  // Optimiser steps so far.
  virtual std::int64_t updates() const = 0;

  // What is acted by, and saved as the run's weights.
  virtual const Network& network() const = 0;
  virtual const Network::Parameters& parameters() const = 0;
  // Frames that are kept to learn from.
  virtual std::int64_t stored_frames() const = 0;
  // The memory that these will take when there are no more to come, less what they take now.
  virtual std::int64_t bytes_to_come() const = 0;
  // Leaves memory free for others while frames are kept. Throws UserError, with the numbers, if
  // `available` bytes do not do for both.
  virtual void Reserve(const ReservedMemory& reserved, std::int64_t available) = 0;
  // Makes `stack` what the newest stored frame of an environment's episode shows: a restored run
  // goes on acting from there.
  virtual void ReadNewestStack(int env, FrameStack& stack) const = 0;

  virtual void VisitState(AgentState& state) = 0;
};

// What an agent is made for. The settings are copied, the pool must outlive the agent.
struct AgentContext {
  const AgentConfig& config;
  std::uint64_t seed;
  FrameFormat frame;
  int stack;
  int num_actions;
  int envs;
  ThreadPool& pool;
  std::int64_t schedule_steps = 0;  // that schedules span which are a share of the run's
};

}  // namespace arcadeq
