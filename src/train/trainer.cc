#include "train/trainer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/memory.h"
#include "replay/replay_memory.h"
#include "train/picture.h"

namespace arcadeq {
namespace {

constexpr int kEnvs = 1;

// NaN where there was nothing to take the mean of.
double MeanOf(double sum, std::int64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
}

std::unique_ptr<Env> MakeCheckedEnv(const Config& config) {
  config.Check();
  auto env = MakeEnv(config.env, RandomStream(config.train.seed, "env"));
  CheckReplayFits(env->spec().frame, config.replay, kEnvs, AvailableMemoryBytes());
  return env;
}

}  // namespace

Trainer::Trainer(const Config& config)
    : config_(config),
      env_(MakeCheckedEnv(config)),
      pool_(config.train.ThreadCount()),
      network_(config.network, env_->spec().frame, static_cast<int>(config.env.stack),
               env_->spec().num_actions()),
      replay_(env_->spec().frame, static_cast<int>(config.env.stack), config.replay, kEnvs),
      stack_(env_->spec().frame, static_cast<int>(config.env.stack)),
      replay_random_(config.train.seed, "replay"),
      init_random_(config.train.seed, "init"),
      learner_(config.agent, config.optimizer, network_, static_cast<int>(config.train.batch_size),
               pool_, init_random_),
      actor_(network_, pool_, RandomStream(config.train.seed, "policy")),
      epsilon_(config.policy, config.train.learning_starts),
      batch_(static_cast<int>(config.train.batch_size)) {}

void Trainer::Run(const RunDirectory* directory, const Emit& emit, const std::atomic<bool>& stop) {
  directory_ = directory;
  emit_ = &emit;
  began_ = Clock::now();
  emit(RunBegan{config_.env.game, config_.train.steps, config_.train.frames,
                config_.train.episodes});
  const auto interrupted = [&stop] { return stop.load(std::memory_order_relaxed); };
  std::string reason;
  while (reason.empty() && !interrupted()) {
    Step();
    reason = LimitReached();
  }
  // Said whatever becomes of the weights; an exception goes on its way then.
  const RunEnded ended{
      step_, frame_, episodes_, Seconds(), reason.empty() ? "interrupted" : reason, reason.empty()};
  try {
    WriteWeights();
  } catch (...) {
    emit(ended);
    throw;
  }
  emit(ended);
}

std::string Trainer::LimitReached() const {
  const TrainConfig& train = config_.train;
  if (train.steps > 0 && step_ >= train.steps) return fmt::format("{} steps done", step_);
  if (train.frames > 0 && frame_ >= train.frames) return fmt::format("{} frames done", frame_);
  if (train.episodes > 0 && episodes_ >= train.episodes) {
    return fmt::format("{} episodes done", episodes_);
  }
  return "";
}

double Trainer::Seconds() const {
  return std::chrono::duration<double>(Clock::now() - began_).count();
}

void Trainer::Step() {
  if (!in_episode_) BeginEpisode();
  const int action = actor_.Act(learner_.online(), stack_.View(), epsilon_.At(step_));
  const StepResult result = env_->Step(action);
  replay_.Append(0, action, result.reward, {result.terminated, result.truncated, result.life_lost},
                 env_->frame());
  stack_.Push(env_->frame());
  ++step_;
  frame_ += result.frames;
  episode_.raw_return += result.raw_reward;
  episode_.return_ += result.reward;
  episode_.frames += result.frames;
  ++episode_.steps;
  EmitPicture(result.frames);

  if (Learning() && step_ % config_.train.update_period == 0) Learn();
  if (step_ % config_.record.progress_every_steps == 0) EmitProgress();
  if (result.done()) EndEpisode(result.truncated);
}

void Trainer::BeginEpisode() {
  in_episode_ = true;
  episode_ = {};
  const int frames = env_->Reset();
  frame_ += frames;
  episode_.frames += frames;
  replay_.BeginEpisode(0, env_->frame());
  stack_.Begin(env_->frame());
  EmitPicture(1);
}

void Trainer::Learn() {
  if (!replay_.CanSample()) return;
  const Clock::time_point start = Clock::now();
  replay_.Sample(replay_random_, pool_, batch_);
  const UpdateStats stats = learner_.Update(batch_);
  sums_.seconds += std::chrono::duration<double>(Clock::now() - start).count();
  sums_.stats.loss += stats.loss;
  sums_.stats.mean_q += stats.mean_q;
  sums_.stats.max_q += stats.max_q;
  sums_.stats.td_error += stats.td_error;
  sums_.stats.gradient_norm += stats.gradient_norm;
  ++sums_.updates;
  episode_.loss += stats.loss;
  ++episode_.updates;
}

void Trainer::EndEpisode(bool truncated) {
  in_episode_ = false;
  ++episodes_;
  EpisodeEnded ended;
  ended.episode = episodes_;
  ended.step = step_;
  ended.frame = frame_;
  ended.length_steps = episode_.steps;
  ended.length_frames = episode_.frames;
  ended.raw_return = episode_.raw_return;
  ended.return_ = episode_.return_;
  ended.truncated = truncated;
  ended.learning = Learning();
  ended.mean_loss = MeanOf(episode_.loss, episode_.updates);
  ended.epsilon = epsilon_.At(step_);
  ended.wall_seconds = Seconds();
  (*emit_)(ended);
  if (Pictured(episodes_)) (*emit_)(VideoEnded{episodes_});

  const std::int64_t every = config_.record.weights_every_episodes;
  if (every > 0 && episodes_ % every == 0) {
    try {
      WriteWeights();
    } catch (const UserError& error) {
      (*emit_)(Note{fmt::format("weights not written: {}", error.what()), true});
    }
  }
}

void Trainer::EmitProgress() {
  const auto mean = [this](double sum) { return MeanOf(sum, sums_.updates); };
  const double now = Seconds();
  Progress progress;
  progress.step = step_;
  progress.frame = frame_;
  progress.episode = episodes_;
  progress.epsilon = epsilon_.At(step_);
  progress.steps_per_second =
      static_cast<double>(config_.record.progress_every_steps) / (now - progress_seconds_);
  progress.replay_frames = replay_.frames();
  progress.learning = Learning();
  progress.loss = mean(sums_.stats.loss);
  progress.mean_q = mean(sums_.stats.mean_q);
  progress.max_q = mean(sums_.stats.max_q);
  progress.td_error = mean(sums_.stats.td_error);
  progress.gradient_norm = mean(sums_.stats.gradient_norm);
  progress.update_milliseconds = mean(1e3 * sums_.seconds);
  progress.resident_bytes = ResidentMemoryBytes();
  progress.wall_seconds = now;
  (*emit_)(progress);
  sums_ = {};
  progress_seconds_ = now;
}

bool Trainer::Filmed(std::int64_t episode) const {
  const std::int64_t every = config_.record.gif_every_episodes;
  return every > 0 && (episode - 1) % every == 0;
}

void Trainer::EmitPicture(int frames) {
  const std::int64_t episode = episodes_ + 1;
  if (!Pictured(episode)) return;
  VideoFrame picture = MakePicture(env_->screen(), frames / env_->spec().frames_per_second);
  picture.episode = episode;
  picture.filmed = Filmed(episode);
  (*emit_)(std::move(picture));
}

void Trainer::WriteWeights() {
  if (directory_ == nullptr) return;
  const auto file = directory_->WriteWeights(network_, learner_.online(), step_, episodes_);
  (*emit_)(Note{fmt::format("weights written to {}", file.string())});
}

}  // namespace arcadeq
