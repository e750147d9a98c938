#include "train/run_log.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "agent/agent.h"
#include "base/memory.h"
#include "base/state.h"
#include "config/config.h"
#include "env/env.h"
#include "loss/value_rescaling.h"
#include "record/event.h"
#include "stats/published_scores.h"
#include "train/film_selection.h"
#include "train/phase_times.h"
#include "train/rollout_worker.h"

namespace arcadeq {
namespace {

// NaN if there are no values.
double MeanOf(double sum, std::int64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
}

RunBegan DescribeRun(const Config& config, const Agent& agent, std::int64_t window_steps) {
  RunBegan began{config.env.game, config.train.steps, config.train.frames, config.train.episodes};
  if (const HumanScore* published = FindHumanScore(config.env.game)) {
    began.random_score = published->random;
    began.human_score = published->human;
  }
  began.replay_capacity = agent.frame_capacity();
  began.window_steps = window_steps;
  return began;
}

}  // namespace

RunLog::RunLog(const Config& config, const Agent& agent,
               const std::vector<std::string>& action_names, std::int64_t window_steps)
    : record_(config.record),
      began_(DescribeRun(config, agent, window_steps)),
      gamma_(config.agent.gamma),
      rescaling_(config.agent.value_rescaling),
      window_steps_(window_steps),
      agent_(agent),
      open_(static_cast<std::size_t>(config.train.envs)),
      film_(config.record.gif_every_episodes),
      action_counts_(action_names.size()),
      dead_units_(config) {
  for (const std::string& name : action_names) action_shares_.push_back({name, 0});
}

double RunLog::Seconds() const {
  return earlier_seconds_ + std::chrono::duration<double>(Clock::now() - clock_began_).count();
}

void RunLog::SkipTime(Clock::duration pause) {
  clock_began_ += pause;
}

void RunLog::Begin(const Emit& emit) {
  clock_began_ = Clock::now();
  window_.ended = earlier_seconds_;
  for (int env = 0; env < std::ssize(open_); ++env) stored_frames_ += agent_.stored_frames(env);
  emit(began_);
  if (agent_.updates() > 0) return;  // by the process that this one continues
  if (std::string why = WhyItLearnsNothing(); !why.empty()) emit(Note{std::move(why), true});
}

std::string RunLog::WhyItLearnsNothing() const {
  const std::int64_t first_update = agent_.NextUpdate(0);
  for (const auto& [key, limit] : {std::pair{"train.steps", began_.target_steps},
                                   std::pair{"train.frames", began_.target_frames}}) {
    // A step takes at least one frame, and the run still learns from the window that reaches the
    // limit.
    const std::int64_t end = (limit + window_steps_ - 1) / window_steps_ * window_steps_;
    if (limit == 0 || end >= first_update) continue;
    return fmt::format(
        "the run learns nothing: {} = {} ends it before its first update, at step {} (see "
        "train.learning_starts)",
        key, limit, first_update);
  }
  return "";
}

void RunLog::WarnIfNothingWasLearnt(const Emit& emit) const {
  if (agent_.updates() > 0 || !WhyItLearnsNothing().empty()) return;
  emit(Note{fmt::format("the run learnt nothing: it ended after {} steps, before its first "
                        "update at step {} (see train.learning_starts)",
                        steps_, agent_.NextUpdate(0)),
            true});
}

void RunLog::BeginWindow(std::span<const DueUpdate> updates, const PhaseSeconds& phases) {
  due_ = updates;
  window_ = {steps_ + 1, window_steps_, window_.ended, Seconds()};
  phase_times_.Add(phases, window_.ended - window_.began);
}

double RunLog::SecondsAt(std::int64_t step) const {
  const double share =
      static_cast<double>(step - window_.first_step + 1) / static_cast<double>(window_.steps);
  return window_.began + share * (window_.ended - window_.began);
}

void RunLog::AddStep(int env, RolloutStep& step, const Emit& emit) {
  if (env == 0) BeginRound();
  EpisodeSums& episode = open_[static_cast<std::size_t>(env)];
  const StepResult& result = step.result;
  if (step.first) {
    episode = {.frames = step.reset_frames};
    frames_ += step.reset_frames;
    if (env == 0) film_.BeginEpisode(steps_ + 1, episodes_);
  }
  ++steps_;
  frames_ += result.frames;
  stored_frames_ += step.new_stored_frames;
  episode.raw_return += result.raw_reward;
  episode.return_ += result.reward;
  episode.loss += round_loss_;
  episode.updates += round_updates_;
  episode.frames += result.frames;
  ++episode.steps;
  ++action_counts_[static_cast<std::size_t>(step.action)];
  largest_reward_ = std::max(largest_reward_, std::abs(static_cast<double>(result.reward)));
  if (env == 0) EmitPictures(step, emit);

  for (; !due_.empty() && due_.front().step <= steps_; due_ = due_.subspan(1)) {
    AddToProgress(due_.front());
    if (const auto& diagnosis = due_.front().diagnosis) EmitDiagnosis(*diagnosis, emit);
  }
  if (steps_ % record_.progress_every_steps == 0) EmitProgress(emit);
  if (result.done()) EndEpisode(env, result.truncated, emit);
}

void RunLog::BeginRound() {
  const std::int64_t end = steps_ + static_cast<std::int64_t>(open_.size());
  round_loss_ = 0;
  round_updates_ = 0;
  for (const DueUpdate& update : due_) {
    if (update.step > end) break;
    round_loss_ += update.stats.loss;
    ++round_updates_;
  }
}

void RunLog::AddToProgress(const DueUpdate& update) {
  sums_.seconds += update.seconds;
  sums_.stats += update.stats;
  ++sums_.updates;
}

void RunLog::EmitDiagnosis(const Diagnosis& diagnosis, const Emit& emit) {
  emit(diagnosis);
  if (auto warning = dead_units_.Look(diagnosis, agent_.updates())) emit(*std::move(warning));
}

// Epsilon is monotonic, so it was 1 at all steps in between.
bool RunLog::AllRandomSoFar() const {
  return agent_.Epsilon(0) == 1 && agent_.Epsilon(steps_ - 1) == 1;
}

void RunLog::EndEpisode(int env, bool truncated, const Emit& emit) {
  const EpisodeSums& episode = open_[static_cast<std::size_t>(env)];
  ++episodes_;
  if (AllRandomSoFar()) {
    random_play_.raw_return += episode.raw_return;
    ++random_play_.episodes;
  }
  EpisodeEnded ended;
  ended.episode = episodes_;
  ended.env = env;
  ended.step = steps_;
  ended.frame = frames_;
  ended.length_steps = episode.steps;
  ended.length_frames = episode.frames;
  ended.raw_return = episode.raw_return;
  ended.return_ = episode.return_;
  ended.truncated = truncated;
  ended.learning = Learning();
  ended.mean_loss = MeanOf(episode.loss, episode.updates);
  ended.epsilon = agent_.Epsilon(steps_);
  ended.wall_seconds = SecondsAt(steps_);
  emit(ended);
  if (env == 0 && film_.kept()) emit(VideoEnded{episodes_});
}

void RunLog::EmitProgress(const Emit& emit) {
  const auto mean = [this](double sum) { return MeanOf(sum, sums_.updates); };
  const double now = SecondsAt(steps_);
  Progress progress;
  progress.step = steps_;
  progress.frame = frames_;
  progress.episode = episodes_;
  progress.epsilon = agent_.Epsilon(steps_);
  const auto actions = std::reduce(action_counts_.begin(), action_counts_.end());
  for (std::size_t i = 0; i < action_counts_.size(); ++i) {
    action_shares_[i].value = MeanOf(static_cast<double>(action_counts_[i]), actions);
  }
  progress.action_shares = action_shares_;
  progress.random_return = MeanOf(random_play_.raw_return, random_play_.episodes);
  progress.steps_per_second =
      static_cast<double>(steps_ - progress_step_) / (now - progress_seconds_);
  progress.replay_frames = stored_frames_;
  progress.learning = Learning();
  progress.loss = mean(sums_.stats.loss);
  progress.mean_q = mean(sums_.stats.mean_q);
  progress.max_q = mean(sums_.stats.max_q);
  progress.td_error = mean(sums_.stats.td_error);
  progress.gradient_norm = mean(sums_.stats.gradient_norm);
  progress.update_milliseconds = mean(1e3 * sums_.seconds);
  progress.time_shares = phase_times_.Report();
  progress.resident_bytes = ResidentMemoryBytes();
  progress.wall_seconds = now;
  emit(progress);
  sums_ = {};
  std::ranges::fill(action_counts_, 0);
  progress_step_ = steps_;
  progress_seconds_ = now;
  WarnOfImpossibleValues(std::max(std::abs(progress.mean_q), std::abs(progress.max_q)), emit);
}

void RunLog::EmitPictures(RolloutStep& step, const Emit& emit) {
  if (!film_.shown()) return;
  for (VideoFrame& picture : step.pictures) {
    picture.first_step = film_.first_step();
    picture.filmed = film_.kept();
    if (picture.moment) {
      picture.moment->step = steps_;
      picture.moment->epsilon = agent_.Epsilon(steps_);
      // The picture before an episode's first step shows no score.
      if (&picture == &step.pictures.back()) picture.moment->score = open_.front().raw_return;
    }
    emit(std::move(picture));
  }
}

void RunLog::WarnOfImpossibleValues(double learnt, const Emit& emit) {
  if (warned_of_values_ || gamma_ >= 1 || largest_reward_ == 0 || !Learning()) return;
  const double bound = largest_reward_ / (1 - gamma_);
  const double value = rescaling_.Invert(static_cast<float>(learnt));
  // Values overshoot a little before they converge.
  if (!(value > 2 * bound)) return;
  warned_of_values_ = true;
  emit(Note{fmt::format("values have grown to {:.1f}, but no return can be above {:.1f} "
                        "(rewards of up to {}, agent.gamma = {}): learning diverges; try a lower "
                        "optimizer.learning_rate or a slower target network",
                        value, bound, largest_reward_, gamma_),
            true});
}

void RunLog::VisitState(State& state) {
  state.Count("steps", steps_);
  state.Count("frames", frames_);
  state.Count("episodes", episodes_);
  state.Value("largest_reward", largest_reward_);
  state.Value("random_return", random_play_.raw_return);
  state.Count("random_episodes", random_play_.episodes);
  for (std::size_t env = 0; env < open_.size(); ++env) {
    state.Group("episode_" + std::to_string(env), [&] {
      EpisodeSums& episode = open_[env];
      state.Value("raw_return", episode.raw_return);
      state.Value("return", episode.return_);
      state.Value("loss", episode.loss);
      state.Count("updates", episode.updates);
      state.Count("steps", episode.steps);
      state.Count("frames", episode.frames);
    });
  }
}

void RunLog::VisitRecord(State& state) {
  film_.VisitRecord(state, episodes_);
  state.Flag("warned_of_values", warned_of_values_);
  dead_units_.VisitRecord(state);
  for (std::size_t i = 0; i < action_counts_.size(); ++i) {
    state.Count("actions_" + std::to_string(i), action_counts_[i]);
  }
  state.Count("updates", sums_.updates);
  sums_.stats.VisitState(state);
  state.Value("update_seconds", sums_.seconds);
  double seconds = state.restoring() ? 0 : Seconds();
  state.Value("seconds", seconds);
  if (state.restoring()) earlier_seconds_ = seconds;
  state.Value("progress_seconds", progress_seconds_);
  state.Count("progress_step", progress_step_);
  if (progress_step_ > steps_) state.Refuse("progress_step", "not a step that has been taken");
}

}  // namespace arcadeq
