#include "train/rollout_worker.h"

#include <numeric>
#include <string_view>
#include <utility>

#include "base/profile.h"
#include "train/picture.h"

namespace arcadeq {
RolloutWorker::RolloutWorker(const Config& config, const Network& network,
                             std::vector<StackedEnv> envs, int first_env, int max_rounds)
    : envs_(std::move(envs)),
      first_env_(first_env),
      actor_(network, MakeEnvStreams(static_cast<std::uint64_t>(config.train.seed), "policy",
                                     first_env, static_cast<int>(envs_.size()))),
      steps_(static_cast<std::size_t>(max_rounds) * envs_.size()),
      in_episode_(envs_.size()),
      numbers_(envs_.size()),
      observations_(envs_.size()),
      epsilons_(envs_.size()),
      actions_(envs_.size()) {
  std::iota(numbers_.begin(), numbers_.end(), 0);
  for (RolloutStep& step : steps_) {
    step.first_frame.resize(envs_.front().env().spec().frame.bytes());
    step.next_frame.resize(step.first_frame.size());
  }
}

void RolloutWorker::Play(const Network::Parameters& parameters, const EpsilonSchedule& epsilon,
                         std::int64_t first_step, int run_envs, int rounds, ThreadPool& pool) {
  began_ = false;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t env = 0; env < envs_.size(); ++env) {
      RolloutStep& to = step(round, static_cast<int>(env));
      to.pictures.clear();
      to.first = in_episode_[env] == 0;
      if (to.first) BeginEpisode(env, to);
      observations_[env] = envs_[env].observation();
      epsilons_[env] = epsilon.At(first_step + std::int64_t{round} * run_envs + first_env_ +
                                  static_cast<std::int64_t>(env));
    }
    {
      const ProfileScope scope("act");
      actor_.Act(parameters, numbers_, observations_, epsilons_, pool, actions_);
    }
    const ProfileScope scope("environment");
    for (std::size_t env = 0; env < envs_.size(); ++env) {
      RolloutStep& to = step(round, static_cast<int>(env));
      to.action = actions_[env];
      to.result = envs_[env].Step(to.action);
      in_episode_[env] = to.result.done() ? 0 : 1;
      std::ranges::copy(envs_[env].env().frame(), to.next_frame.begin());
      TakePicture(env, to.result.frames, to);
    }
  }
}

void RolloutWorker::Save(ByteWriter& state) const {
  for (std::size_t env = 0; env < envs_.size(); ++env) {
    state.Write(in_episode_[env] != 0);
    state.Write(std::span(actor_.random()[env].state()));
    state.Write(std::string_view(envs_[env].env().SaveState()));
  }
}

void RolloutWorker::Restore(ByteReader& state) {
  for (std::size_t env = 0; env < envs_.size(); ++env) {
    in_episode_[env] = state.Read<bool>("in an episode") ? 1 : 0;
    RandomStream::State random;
    state.ReadInto(std::span(random), "stream of the policy");
    actor_.random()[env].set_state(random);
    envs_[env].env().RestoreState(state.ReadString("environment"));
  }
}

void RolloutWorker::BeginEpisode(std::size_t env, RolloutStep& step) {
  const ProfileScope scope("reset");
  if (env == 0) began_ = true;
  step.reset_frames = envs_[env].Reset();
  std::ranges::copy(envs_[env].env().frame(), step.first_frame.begin());
  in_episode_[env] = 1;
  TakePicture(env, 1, step);
}

void RolloutWorker::TakePicture(std::size_t env, int frames, RolloutStep& step) {
  if (env != 0 || first_env_ != 0 || !(film_ || began_)) return;
  Env& shown = envs_[env].env();
  step.pictures.push_back(MakePicture(shown.screen(), frames / shown.spec().frames_per_second));
}

}  // namespace arcadeq
