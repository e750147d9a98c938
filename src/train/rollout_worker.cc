#include "train/rollout_worker.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/agent.h"
#include "base/profile.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "env/env.h"
#include "evaluate/env_moment.h"
#include "evaluate/stacked_env.h"
#include "record/event.h"
#include "train/onlooker.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// The seconds since `last`, which becomes now.
double Lap(Clock::time_point& last) {
  const Clock::time_point before = std::exchange(last, Clock::now());
  return std::chrono::duration<double>(last - before).count();
}

// Fewer environments make batches for the policy that are too small to be fast.
constexpr int kFewestEnvsPerWorker = 8;
constexpr int kMostWorkersPerThread = 4;

int WorkersFor(int threads, int envs, bool overlaps) {
  if (threads == 1 || !overlaps) return threads;
  return std::clamp(envs / kFewestEnvsPerWorker, threads, kMostWorkersPerThread * threads);
}

}  // namespace

RolloutWorker::RolloutWorker(std::vector<StackedEnv> envs, int first_env, int rounds,
                             std::unique_ptr<Policy> policy)
    : envs_(std::move(envs)),
      first_env_(first_env),
      rounds_(rounds),
      policy_(std::move(policy)),
      steps_(static_cast<std::size_t>(rounds) * envs_.size()),
      in_episode_(envs_.size()),
      observations_(envs_.size()),
      numbers_(envs_.size()),
      actions_(envs_.size()) {
  for (RolloutStep& step : steps_) {
    step.first_frame.resize(envs_.front().env().spec().frame.bytes());
    step.next_frame.resize(step.first_frame.size());
  }
}

void RolloutWorker::Play(std::int64_t first_step, int run_envs, ThreadPool& pool) {
  began_ = false;
  seconds_ = {};
  Clock::time_point last = Clock::now();
  for (int round = 0; round < rounds_; ++round) {
    for (std::size_t env = 0; env < envs_.size(); ++env) {
      RolloutStep& to = step(round, static_cast<int>(env));
      to.pictures.clear();
      to.first = in_episode_[env] == 0;
      if (to.first) BeginEpisode(env, pool, to);
      observations_[env] = envs_[env].observation();
      numbers_[env] =
          first_step + std::int64_t{round} * run_envs + first_env_ + static_cast<std::int64_t>(env);
    }
    seconds_.environment += Lap(last);
    {
      const ProfileScope scope("act");
      policy_->Act(observations_, numbers_, pool, actions_);
    }
    seconds_.acting += Lap(last);
    const ProfileScope scope("environment");
    for (std::size_t env = 0; env < envs_.size(); ++env) {
      RolloutStep& to = step(round, static_cast<int>(env));
      to.action = actions_[env];
      to.result = envs_[env].Step(to.action);
      in_episode_[env] = to.result.done() ? 0 : 1;
      std::ranges::copy(envs_[env].env().frame(), to.next_frame.begin());
      TakePicture(env, to.result.frames, pool, to);
    }
  }
  seconds_.environment += Lap(last);
}

void RolloutWorker::Tell(Agent& agent) {
  const ProfileScope scope("observe");
  for (std::size_t env = 0; env < envs_.size(); ++env) {
    const int number = first_env_ + static_cast<int>(env);
    for (int round = 0; round < rounds_; ++round) {
      RolloutStep& told = step(round, static_cast<int>(env));
      const StepResult& result = told.result;
      const std::int64_t stored = agent.stored_frames(number);
      if (told.first) agent.BeginEpisode(number, told.first_frame);
      agent.Observe(
          number,
          {told.action, result.reward, {result.terminated, result.truncated, result.life_lost}},
          told.next_frame);
      told.new_stored_frames = agent.stored_frames(number) - stored;
    }
  }
}

void RolloutWorker::VisitState(State& state) {
  for (std::size_t env = 0; env < envs_.size(); ++env) {
    state.Group("env_" + std::to_string(first_env_ + static_cast<int>(env)), [&] {
      bool in_episode = in_episode_[env] != 0;
      state.Flag("in_episode", in_episode);
      in_episode_[env] = in_episode ? 1 : 0;
      policy_->VisitState(static_cast<int>(env), state);
      std::string emulator = state.restoring() ? "" : envs_[env].env().SaveState();
      state.Text("emulator", emulator);
      if (state.restoring()) envs_[env].env().RestoreState(emulator);
    });
  }
}

void RolloutWorker::RestoreStacks(const Agent& agent) {
  for (std::size_t env = 0; env < envs_.size(); ++env) {
    if (in_episode_[env] == 0) continue;
    agent.ReadNewestStack(first_env_ + static_cast<int>(env), envs_[env].frames());
  }
}

void RolloutWorker::BeginEpisode(std::size_t env, ThreadPool& pool, RolloutStep& step) {
  const ProfileScope scope("reset");
  if (env == 0) began_ = true;
  step.reset_frames = envs_[env].Reset();
  std::ranges::copy(envs_[env].env().frame(), step.first_frame.begin());
  in_episode_[env] = 1;
  TakePicture(env, 1, pool, step);
}

void RolloutWorker::TakePicture(std::size_t env, int frames, ThreadPool& pool, RolloutStep& step) {
  if (env != 0 || first_env_ != 0 || pictures_ == Pictures::kNone) return;
  if (pictures_ == Pictures::kOfNewEpisodes && !began_) return;
  Env& shown = envs_[env].env();
  VideoFrame& picture = step.pictures.emplace_back(VideoFrame{MakeImage(shown.screen())});
  picture.seconds = frames / shown.spec().frames_per_second;
  if (onlooker_ != nullptr) picture.moment = onlooker_->Describe(envs_[env], pool);
}

std::vector<RolloutWorker> MakeRolloutWorkers(Agent& agent, std::vector<StackedEnv> envs,
                                              int threads, bool overlaps, int rounds) {
  const int count = WorkersFor(threads, static_cast<int>(envs.size()), overlaps);
  std::vector<RolloutWorker> workers;
  int first = 0;
  for (auto& group : SplitIntoGroups(std::move(envs), count)) {
    const int size = static_cast<int>(group.size());
    workers.emplace_back(std::move(group), first, rounds, agent.MakePolicy(first, size));
    first += size;
  }
  return workers;
}

}  // namespace arcadeq
