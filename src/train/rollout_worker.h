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
#include "evaluate/stacked_env.h"
#include "record/event.h"
#include "train/onlooker.h"

namespace arcadeq {

// One step in one environment.
struct RolloutStep {
  // Whether the step is an episode's first. If so, the frame before it, and how many emulator
  // frames the reset took.
  bool first = false;
  int reset_frames = 0;
  std::vector<std::uint8_t> first_frame;

  std::int32_t action = 0;
  StepResult result;
  std::vector<std::uint8_t> next_frame;
  // The change in the number of frames that the agent stores when it observes the step.
  std::int64_t new_stored_frames = 0;

  // The screen after the step, preceded by that after the reset if an episode began; see
  // RolloutWorker::Film().
  std::vector<VideoFrame> pictures;
};

// Time of a thread that plays.
struct PlaySeconds {
  double acting = 0;       // computing actions
  double environment = 0;  // everything else
};

// The pictures that a worker takes.
enum class Pictures {
  kNone,
  kOfNewEpisodes,  // from the first step of an episode that begins in the window
  kAll,
};

// Plays some of a run's environments with a policy of the run's agent. Keeps the steps for the
// agent to observe until the next window, so that workers and the agent's updates can run
// concurrently and results do not depend on how environments are divided among workers.
class RolloutWorker {
 public:
  // The run's environments [first_env, first_env + envs), for windows of `rounds` steps in each.
  RolloutWorker(std::vector<StackedEnv> envs, int first_env, int rounds,
                std::unique_ptr<Policy> policy);

  int first_env() const { return first_env_; }
  int envs() const { return static_cast<int>(envs_.size()); }

  // Which pictures Play() takes in the run's first environment; and, unless null, who adds to them
  // what the agent thinks. The onlooker must outlive the windows that it sees.
  void Film(Pictures pictures, Onlooker* onlooker) {
    pictures_ = pictures;
    onlooker_ = onlooker;
  }

  // Plays a window and begins a new episode wherever one has ended. `first_step` is the number of
  // the window's first step in the run, `run_envs` the number of the run's environments.
  void Play(std::int64_t first_step, int run_envs, ThreadPool& pool);

  // Has the agent observe the steps of the last Play(): in order for each environment, one
  // environment after another. Workers may do so concurrently.
  void Tell(Agent& agent);

  // How the last Play() spent its time.
  const PlaySeconds& seconds() const { return seconds_; }
  // A step of the last Play(). `env` counts from this worker's first environment.
  RolloutStep& step(int round, int env) {
    return steps_[static_cast<std::size_t>(round) * envs_.size() + static_cast<std::size_t>(env)];
  }

  // Call between two windows. The state does not include the environments' stacks, which a restored
  // agent provides.
  void VisitState(State& state);
  void RestoreStacks(const Agent& agent);

 private:
  void BeginEpisode(std::size_t env, ThreadPool& pool, RolloutStep& step);
  void TakePicture(std::size_t env, int frames, ThreadPool& pool, RolloutStep& step);

  std::vector<StackedEnv> envs_;
  int first_env_;
  int rounds_;
  std::unique_ptr<Policy> policy_;
  std::vector<RolloutStep> steps_;  // [round][env]
  std::vector<char> in_episode_;
  Pictures pictures_ = Pictures::kNone;
  Onlooker* onlooker_ = nullptr;
  bool began_ = false;  // whether the first environment began an episode in this window
  PlaySeconds seconds_;
  // Of the current round.
  std::vector<StackView> observations_;
  std::vector<std::int64_t> numbers_;
  std::vector<std::int32_t> actions_;
};

// Divides a run's environments among workers: one for each thread, or several if the agent's
// updates run concurrently, so that the thread that learns helps with what the others have left to
// play.
std::vector<RolloutWorker> MakeRolloutWorkers(Agent& agent, std::vector<StackedEnv> envs,
                                              int threads, bool overlaps, int rounds);

}  // namespace arcadeq
