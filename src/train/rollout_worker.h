#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "agent/agent.h"
#include "base/frame.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "env/env.h"
#include "record/event.h"
#include "train/stacked_env.h"

namespace arcadeq {

// What one step in one environment brought.
struct RolloutStep {
  // An episode began before the step, with this frame, after so many frames of the emulator.
  bool first = false;
  int reset_frames = 0;
  std::vector<std::uint8_t> first_frame;

  std::int32_t action = 0;
  StepResult result;
  std::vector<std::uint8_t> next_frame;

  // What a person would have seen, the beginning of an episode included; see Film().
  std::vector<VideoFrame> pictures;
};

// Plays some of a run's environments by a policy of the run's agent. What it plays is kept until
// the next window for the agent to observe, so workers and the agent's updates may be busy at the
// same time, and nothing depends on how the environments are spread over workers.
class RolloutWorker {
 public:
  // The run's environments [first_env, first_env + envs), for windows of `rounds` steps in each.
  RolloutWorker(std::vector<StackedEnv> envs, int first_env, int rounds,
                std::unique_ptr<Policy> policy);

  int first_env() const { return first_env_; }
  int envs() const { return static_cast<int>(envs_.size()); }

  // Pictures are kept of the first environment's steps: of all if `wanted`, else of those in
  // episodes that begin while Play() plays.
  void Film(bool wanted) { film_ = wanted; }

  // Plays a window, beginning episodes where one has ended. Step `first_step` of the run is that of
  // the first round in the run's first environment, of `run_envs`.
  void Play(std::int64_t first_step, int run_envs, ThreadPool& pool);

  // Of the last Play(): environment `env` of this worker's, counted from 0.
  RolloutStep& step(int round, int env) {
    return steps_[static_cast<std::size_t>(round) * envs_.size() + static_cast<std::size_t>(env)];
  }

  // Between two windows. The environments' stacks are not part of it: a restored agent has them.
  void VisitState(State& state);
  void RestoreStacks(const Agent& agent);

 private:
  void BeginEpisode(std::size_t env, RolloutStep& step);
  void TakePicture(std::size_t env, int frames, RolloutStep& step);

  std::vector<StackedEnv> envs_;
  int first_env_;
  int rounds_;
  std::unique_ptr<Policy> policy_;
  std::vector<RolloutStep> steps_;  // [round][env]
  std::vector<char> in_episode_;
  bool film_ = false;
  bool began_ = false;  // an episode of the first environment began during this Play()
  // Of a round.
  std::vector<StackView> observations_;
  std::vector<std::int64_t> numbers_;
  std::vector<std::int32_t> actions_;
};

}  // namespace arcadeq
