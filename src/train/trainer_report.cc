// What a Trainer tells of the windows that it has played.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/memory.h"
#include "base/profile.h"
#include "train/trainer.h"

namespace arcadeq {
namespace {

// NaN where there was nothing to take the mean of.
double MeanOf(double sum, std::int64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

// After the window's updates, so that each can be told of at the step at which it fell due. The
// steps of a round are taken at once: an update that falls due at one of them belongs to the
// episodes of all of them.
void Trainer::Report() {
  const ProfileScope scope("report");
  window_ = {.first_step = step_ + 1, .began = window_.ended, .ended = Seconds()};
  for (int round = 0; round < rounds_; ++round) {
    double loss = 0;
    std::int64_t updates = 0;
    for (std::int64_t step = step_ + 1; step <= step_ + envs(); ++step) {
      if (const DueUpdate* update = UpdateAt(step)) {
        loss += update->stats.loss;
        ++updates;
      }
    }
    for (RolloutWorker& worker : workers_) {
      for (int i = 0; i < worker.envs(); ++i) {
        RolloutStep& step = worker.step(round, i);
        const int env = worker.first_env() + i;
        EpisodeSums& episode = at_hand_[static_cast<std::size_t>(env)];
        if (step.first) episode = {};
        episode.loss += loss;
        episode.updates += updates;
        Report(step, env);
      }
    }
  }
}

void Trainer::Report(RolloutStep& step, int env) {
  EpisodeSums& episode = at_hand_[static_cast<std::size_t>(env)];
  const StepResult& result = step.result;
  if (step.first) {
    frame_ += step.reset_frames;
    episode.frames += step.reset_frames;
    if (env == 0) BeginFilm();
  }
  ++step_;
  frame_ += result.frames;
  episode.raw_return += result.raw_reward;
  episode.return_ += result.reward;
  episode.frames += result.frames;
  ++episode.steps;
  largest_reward_ = std::max(largest_reward_, std::abs(static_cast<double>(result.reward)));
  if (env == 0) EmitPictures(step);

  if (const DueUpdate* update = UpdateAt(step_)) AddToProgress(*update);
  if (step_ % config_.record.progress_every_steps == 0) EmitProgress();
  if (result.done()) EndEpisode(env, result.truncated);
}

const Trainer::DueUpdate* Trainer::UpdateAt(std::int64_t step) const {
  if (updates_.empty() || step < updates_.front().step) return nullptr;
  const std::int64_t since_first = step - updates_.front().step;
  const std::int64_t period = config_.train.update_period;
  if (since_first % period != 0) return nullptr;
  return &updates_[static_cast<std::size_t>(since_first / period)];
}

double Trainer::SecondsAt(std::int64_t step) const {
  const double share =
      static_cast<double>(step - window_.first_step + 1) / static_cast<double>(WindowSteps());
  return window_.began + share * (window_.ended - window_.began);
}

void Trainer::AddToProgress(const DueUpdate& update) {
  sums_.seconds += update.seconds;
  sums_.stats.loss += update.stats.loss;
  sums_.stats.mean_q += update.stats.mean_q;
  sums_.stats.max_q += update.stats.max_q;
  sums_.stats.td_error += update.stats.td_error;
  sums_.stats.gradient_norm += update.stats.gradient_norm;
  ++sums_.updates;
}

// With one environment: the first episode is kept, and then one in so many. With more, the first
// one that begins in the first environment after each so many have ended.
void Trainer::BeginFilm() {
  film_.first_step = step_ + 1;
  const std::int64_t every = config_.record.gif_every_episodes;
  film_.kept = every > 0 && (film_.kept_after < 0 || episodes_ / every > film_.kept_after / every);
  if (film_.kept) film_.kept_after = episodes_;
  film_.wanted = film_.kept || (watched_ != nullptr && *watched_);
}

void Trainer::EmitPictures(RolloutStep& step) {
  if (!film_.wanted) return;
  for (VideoFrame& picture : step.pictures) {
    picture.first_step = film_.first_step;
    picture.filmed = film_.kept;
    (*emit_)(std::move(picture));
  }
}

void Trainer::EndEpisode(int env, bool truncated) {
  const EpisodeSums& episode = at_hand_[static_cast<std::size_t>(env)];
  ++episodes_;
  EpisodeEnded ended;
  ended.episode = episodes_;
  ended.env = env;
  ended.step = step_;
  ended.frame = frame_;
  ended.length_steps = episode.steps;
  ended.length_frames = episode.frames;
  ended.raw_return = episode.raw_return;
  ended.return_ = episode.return_;
  ended.truncated = truncated;
  ended.learning = Learning();
  ended.mean_loss = MeanOf(episode.loss, episode.updates);
  ended.epsilon = epsilon_.At(step_);
  ended.wall_seconds = SecondsAt(step_);
  (*emit_)(ended);
  if (env == 0 && film_.wanted) (*emit_)(VideoEnded{episodes_});
}

void Trainer::EmitProgress() {
  const auto mean = [this](double sum) { return MeanOf(sum, sums_.updates); };
  const double now = SecondsAt(step_);
  Progress progress;
  progress.step = step_;
  progress.frame = frame_;
  progress.episode = episodes_;
  progress.epsilon = epsilon_.At(step_);
  progress.steps_per_second =
      static_cast<double>(step_ - progress_step_) / (now - progress_seconds_);
  progress.replay_frames = replay_frames_[static_cast<std::size_t>(step_ - window_.first_step)];
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
  progress_step_ = step_;
  progress_seconds_ = now;
  WarnOfImpossibleValues(std::max(std::abs(progress.mean_q), std::abs(progress.max_q)));
}

// Unless that was foreseen.
void Trainer::WarnIfNothingWasLearnt() const {
  if (learner_.updates() > 0 || !config_.train.WhyItLearnsNothing().empty()) return;
  (*emit_)(Note{fmt::format("the run has learnt nothing: it ended after {} steps, and the first "
                            "train.learning_starts = {} are random",
                            step_, config_.train.learning_starts),
                true});
}

void Trainer::WarnOfImpossibleValues(double value) {
  const double gamma = config_.agent.gamma;
  if (warned_of_values_ || gamma >= 1 || largest_reward_ == 0 || !Learning()) return;
  const double bound = largest_reward_ / (1 - gamma);
  // Values overshoot a little on their way to the true ones.
  if (!(value > 2 * bound)) return;
  warned_of_values_ = true;
  (*emit_)(Note{fmt::format("the values have grown to {:.1f}, but no return can be above {:.1f} "
                            "(rewards of up to {}, agent.gamma = {}): learning diverges; try a "
                            "lower optimizer.learning_rate or a slower target network",
                            value, bound, largest_reward_, gamma),
                true});
}

}  // namespace arcadeq
