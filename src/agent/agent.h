#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "agent/agent_config.h"
#include "base/frame.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/frame_stack.h"
#include "replay/replay.h"
#include "replay/replay_memory.h"
#include "replay/step.h"

namespace arcadeq {

// Means over the samples of one update, computed before the update is applied; or sums of them.
struct UpdateStats {
  double loss = 0;
  double mean_q = 0;         // of the actions taken
  double max_q = 0;          // of the greedy actions
  double td_error = 0;       // absolute
  double gradient_norm = 0;  // before clipping

  UpdateStats& operator+=(const UpdateStats& other);
  // From sums to means.
  UpdateStats& operator/=(double count);
  void VisitState(State& state);
};

// Visits what an agent keeps in a checkpoint: named values, and the large parts, parameters and
// replay.
class AgentState {
 public:
  virtual ~AgentState() = default;
  virtual State& values() = 0;
  virtual void Parameters(std::string_view name, const Network& network,
                          Network::Parameters& parameters) = 0;
  virtual void Replay(arcadeq::Replay& replay) = 0;
};

// Visits the optimiser's moments as the parameters "optimizer_mean" and so on, and its step count
// as a value.
void VisitOptimizer(AgentState& state, const Network& network, Optimizer& optimizer);

// Acts in some of a run's environments on behalf of an agent. Policies of one agent may act
// concurrently, on different threads, and while the agent begins an update.
class Policy {
 public:
  virtual ~Policy() = default;

  // Chooses an action for each environment. steps[i] is the step of the run, counted from 0, at
  // which observations[i] is acted on. The observations' frames need only be valid during the call.
  virtual void Act(std::span<const StackView> observations, std::span<const std::int64_t> steps,
                   ThreadPool& pool, std::span<std::int32_t> actions) = 0;
  // Visits what an environment's actions depend on besides the agent; `env` counts from this
  // policy's first. The state is per environment, so that a resumed run can divide its environments
  // among policies differently.
  virtual void VisitState(int env, State& state) = 0;
};

// A learning algorithm: how it acts, what experience it keeps, and when and what it learns from it.
// docs/dqn.md walks through one.
//
// A run proceeds in windows (see Trainer). In each, policies play some steps, and then the agent
// observes them. Trainer decides whether the updates due in the window run concurrently with the
// policies or after the agent has observed; results depend on the seed alone, never on the number
// of threads. Everything is allocated at construction, except for a replay's segments and
// priorities and what a network's passes allocate.
class Agent {
 public:
  virtual ~Agent() = default;

  // Acting. Returns a policy for the environments [first_env, first_env + envs).
  virtual std::unique_ptr<Policy> MakePolicy(int first_env, int envs) = 0;
  // The probability of a random action at a step, for logging.
  virtual double Epsilon(std::int64_t step) const = 0;

  // Observing: an episode's first frame, then each action with its outcome and the next frame.
  // Different environments may be observed concurrently.
  virtual void BeginEpisode(int env, std::span<const std::uint8_t> frame) = 0;
  virtual void Observe(int env, const Step& step, std::span<const std::uint8_t> next_frame) = 0;

  // Learning. The number of steps, above `steps`, after which the next update is due.
  virtual std::int64_t NextUpdate(std::int64_t steps) const = 0;
  // Steps per environment between updates, at least 1: the length of a window.
  virtual int RoundsPerUpdate() const = 0;
  // Whether updates may run while the policies play the window in which they are due.
  virtual bool LearnsFromOlderSteps() const = 0;
  // Whether there is enough experience to learn from.
  virtual bool CanUpdate() const = 0;
  // An update has two parts: the first only reads the weights, the second writes them.
  virtual void BeginUpdate() = 0;
  virtual UpdateStats FinishUpdate() = 0;
  // Reports the network's activations for the states of the last batch, computed before its update.
  virtual void Inspect(Network::Activations& activations) const = 0;
  // Optimiser steps so far.
  virtual std::int64_t updates() const = 0;

  // The network that acts, and the parameters that are saved as the run's weights.
  virtual const Network& network() const = 0;
  virtual const Network::Parameters& parameters() const = 0;
  // Frames of an environment that are kept to learn from, and how many there is room for in all;
  // both 0 without a replay.
  virtual std::int64_t stored_frames(int env) const = 0;
  virtual std::int64_t frame_capacity() const = 0;
  // How much more memory the stored frames will take once there is no room for more.
  virtual std::int64_t bytes_to_come() const = 0;
  // Keeps `reserved` memory free while frames are stored. Throws UserError, with the numbers, if
  // `available` bytes do not suffice for both.
  virtual void Reserve(const ReservedMemory& reserved, std::int64_t available) = 0;
  // Fills `stack` with the newest stored frames of an environment's episode, from where a restored
  // run continues to act.
  virtual void ReadNewestStack(int env, FrameStack& stack) const = 0;

  virtual void VisitState(AgentState& state) = 0;
};

// What an agent is made from. The settings are copied; the pool must outlive the agent.
struct AgentContext {
  const AgentConfig& config;
  std::uint64_t seed;
  FrameFormat frame;
  int stack;
  int num_actions;
  int envs;
  ThreadPool& pool;
  std::int64_t schedule_steps = 0;  // spanned by schedules that are given as a share of the run
};

}  // namespace arcadeq
