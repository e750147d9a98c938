#include "train/player.h"

#include "train/run_directory.h"

namespace arcadeq {

Player::Player(const Config& config, const std::filesystem::path& weights, std::uint64_t seed)
    : env_(MakeEnv(config.env, RandomStream(seed, "player/env"))),
      pool_(config.train.ThreadCount()),
      network_(config.network, env_->spec().frame, static_cast<int>(config.env.stack),
               env_->spec().num_actions()),
      parameters_(network_.buffer_size()),
      stack_(env_->spec().frame, static_cast<int>(config.env.stack)),
      actor_(network_, pool_, RandomStream(seed, "player/policy")) {
  LoadWeights(weights, network_, parameters_.span());
}

EpisodeResult Player::Play(double epsilon, const Show& show) {
  EpisodeResult episode;
  episode.frames = env_->Reset();
  stack_.Begin(env_->frame());
  const double frame_seconds = 1 / env_->spec().frames_per_second;
  if (show) show(env_->screen(), frame_seconds);
  for (bool done = false; !done;) {
    const int action = actor_.Act(parameters_.span(), stack_.View(), epsilon);
    const StepResult result = env_->Step(action);
    stack_.Push(env_->frame());
    if (show) show(env_->screen(), result.frames * frame_seconds);
    episode.raw_return += result.raw_reward;
    episode.frames += result.frames;
    ++episode.steps;
    episode.truncated = result.truncated;
    done = result.done();
  }
  return episode;
}

}  // namespace arcadeq
