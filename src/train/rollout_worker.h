#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "agent/actor.h"
#include "agent/epsilon_schedule.h"
#include "base/bytes.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "record/event.h"
#include "train/config.h"
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

// Plays on in some of a run's environments, apart from the replay and the learner: they read what
// it left after it has played. So workers and the learner may be busy at the same time, and what
// happens does not depend on how the environments are spread over workers.
class RolloutWorker {
 public:
  // The run's environments [first_env, first_env + envs). `network` must outlive the worker.
  RolloutWorker(const Config& config, const Network& network, std::vector<StackedEnv> envs,
                int first_env, int max_rounds);

  int first_env() const { return first_env_; }
  int envs() const { return static_cast<int>(envs_.size()); }

  // Pictures are kept of the first environment's steps: of all if `wanted`, else of those in
  // episodes that begin while Play() plays.
  void Film(bool wanted) { film_ = wanted; }

  // Plays `rounds` steps in each environment, beginning episodes where one has ended. `parameters`
  // must not change meanwhile. Step `first_step` of the run is that of the first round in the run's
  // first environment, of `run_envs`; it decides epsilon.
  void Play(const Network::Parameters& parameters, const EpsilonSchedule& epsilon,
            std::int64_t first_step, int run_envs, int rounds, ThreadPool& pool);

  // What the environments and the policy need to go on, between two calls of Play(), and back. The
  // stacks are restored apart, from the replay. Restore() throws UserError if the bytes are damaged
  // or of other environments.
  void Save(ByteWriter& state) const;
  void Restore(ByteReader& state);
  // Whether environment `env` of this worker's is within an episode, and what is seen there.
  bool in_episode(int env) const { return in_episode_[static_cast<std::size_t>(env)] != 0; }
  FrameStack& frames(int env) { return envs_[static_cast<std::size_t>(env)].frames(); }

  // Of the last Play(): environment `env` of this worker's, counted from 0.
  RolloutStep& step(int round, int env) {
    return steps_[static_cast<std::size_t>(round) * envs_.size() + static_cast<std::size_t>(env)];
  }

 private:
  void BeginEpisode(std::size_t env, RolloutStep& step);
  void TakePicture(std::size_t env, int frames, RolloutStep& step);

  std::vector<StackedEnv> envs_;
  int first_env_;
  Actor actor_;
  std::vector<RolloutStep> steps_;  // [round][env]
  std::vector<char> in_episode_;
  bool film_ = false;
  bool began_ = false;  // an episode of the first environment began during this Play()
  // Of the round at hand.
  std::vector<int> numbers_;  // 0, 1, ..., envs - 1
  std::vector<StackView> observations_;
  std::vector<double> epsilons_;
  std::vector<std::int32_t> actions_;
};

}  // namespace arcadeq
