#include "train/trainer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/profile.h"
#include "replay/replay_memory.h"

namespace arcadeq {
namespace {

// NaN where there was nothing to take the mean of.
double MeanOf(double sum, std::int64_t count) {
  return count > 0 ? sum / static_cast<double>(count) : std::numeric_limits<double>::quiet_NaN();
}

const EnvSpec& SpecOf(const std::vector<StackedEnv>& envs) {
  return envs.front().env().spec();
}

// The steps of a window in each environment.
int WindowRounds(const TrainConfig& train) {
  if (!train.overlap) return 1;
  return static_cast<int>(std::max<std::int64_t>(train.update_period / train.envs, 1));
}

std::vector<RolloutWorker> MakeWorkers(const Config& config, const QNetwork& network, int threads,
                                       std::vector<StackedEnv> envs, int rounds) {
  std::vector<RolloutWorker> workers;
  int first = 0;
  for (auto& group : SplitIntoGroups(std::move(envs), threads)) {
    workers.emplace_back(config, network, std::move(group), first, rounds);
    first += workers.back().envs();
  }
  return workers;
}

}  // namespace

std::vector<StackedEnv> Trainer::MakeEnvs(const Config& config) {
  config.Check();
  auto envs = MakeStackedEnvs(config.env, static_cast<std::uint64_t>(config.train.seed), "env",
                              static_cast<int>(config.train.envs));
  CheckReplayFits(SpecOf(envs).frame, config.replay, static_cast<int>(config.train.envs),
                  AvailableMemoryBytes());
  return envs;
}

Trainer::Trainer(const Config& config, std::vector<StackedEnv> envs)
    : config_(config),
      pool_(config.train.ThreadCount()),
      network_(config.network, SpecOf(envs).frame, static_cast<int>(config.env.stack),
               SpecOf(envs).num_actions()),
      replay_(SpecOf(envs).frame, static_cast<int>(config.env.stack), config.replay, config.Rule(),
              static_cast<int>(config.train.envs)),
      replay_random_(config.train.seed, "replay"),
      init_random_(config.train.seed, "init"),
      learner_(config.agent, config.optimizer, network_, static_cast<int>(config.train.batch_size),
               pool_, init_random_),
      epsilon_(config.policy, config.train.learning_starts),
      batch_(replay_.store().MakeBatch(static_cast<int>(config.train.batch_size))),
      rounds_(WindowRounds(config.train)),
      workers_(MakeWorkers(config, network_, pool_.threads(), std::move(envs), rounds_)),
      at_hand_(static_cast<std::size_t>(config.train.envs)) {}

void Trainer::Run(const RunDirectory* directory, Checkpointer* checkpointer, const Emit& emit,
                  const std::atomic<bool>& stop) {
  directory_ = directory;
  checkpointer_ = checkpointer;
  emit_ = &emit;
  began_ = Clock::now();
  emit(RunBegan{config_.env.game, config_.train.steps, config_.train.frames,
                config_.train.episodes});
  const auto interrupted = [&stop] { return stop.load(std::memory_order_relaxed); };
  std::string reason = LimitReached();
  while (reason.empty() && !interrupted()) {
    SaveIfDue();
    PlayAndLearn();
    reason = LimitReached();
  }
  // Said whatever becomes of the weights; an exception goes on its way then.
  const RunEnded ended{
      step_, frame_, episodes_, Seconds(), reason.empty() ? "interrupted" : reason, reason.empty()};
  try {
    SaveNow();
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
  return earlier_seconds_ + std::chrono::duration<double>(Clock::now() - began_).count();
}

void Trainer::PlayAndLearn() {
  const int workers = static_cast<int>(workers_.size());
  ThreadPool& players_pool = workers > 1 || config_.train.overlap ? alone_ : pool_;
  workers_.front().Film(film_.wanted);
  const auto play = [this, &players_pool](int worker) {
    workers_[static_cast<std::size_t>(worker)].Play(learner_.online(), epsilon_, step_, envs(),
                                                    rounds_, players_pool);
  };
  std::int64_t updates = UpdatesUntil(step_ + std::int64_t{rounds_} * envs());
  if (config_.train.overlap && updates > 0 && replay_.CanSample()) {
    auto playing = pool_.Start(workers, play);
    Update([&playing] { playing.Finish(); });
    for (; updates > 1; --updates) Update([] {});
    Store();
    return;
  }
  if (workers > 1) {
    pool_.Start(workers, play).Finish();  // not Run(): an environment may throw
  } else {
    play(0);
  }
  Store();
  if (!replay_.CanSample()) return;
  for (; updates > 0; --updates) Update([] {});
}

std::int64_t Trainer::UpdatesUntil(std::int64_t end) const {
  const std::int64_t period = config_.train.update_period;
  const std::int64_t begin = std::max(step_, config_.train.learning_starts);
  return std::max<std::int64_t>(end / period - begin / period, 0);
}

// One update, calling `before_weights_change` between reading the weights and writing them.
template <typename Meanwhile>
void Trainer::Update(const Meanwhile& before_weights_change) {
  const Clock::time_point start = Clock::now();
  {
    const ProfileScope scope("sample");
    replay_.Sample(replay_random_, pool_, batch_);
  }
  UpdateStats stats;
  {
    const ProfileScope scope("differentiate");
    stats = learner_.BeginUpdate(batch_);
  }
  {
    const ProfileScope scope("wait for actors");
    before_weights_change();
  }
  {
    const ProfileScope scope("optimise");
    stats.gradient_norm = learner_.FinishUpdate();
  }
  CheckFinite(stats);
  Add(stats, std::chrono::duration<double>(Clock::now() - start).count());
}

void Trainer::CheckFinite(const UpdateStats& stats) const {
  if (std::isfinite(stats.loss) && std::isfinite(stats.gradient_norm)) return;
  if (checkpointer_ != nullptr) {
    checkpointer_->Wait();
    EmitNotes();
  }
  const bool saved = checkpointer_ != nullptr && checkpointer_->newest();
  ThrowUserError(
      "at step {} the loss is {} and the gradient's norm {}: learning has gone wrong. {}Try a "
      "lower optimizer.learning_rate, optimizer.max_grad_norm = 10 or env.clip_rewards = true in a "
      "new run",
      step_, stats.loss, stats.gradient_norm,
      saved
          ? fmt::format("The last good checkpoint is {}. ", checkpointer_->newest()->path.string())
          : "");
}

void Trainer::Add(const UpdateStats& stats, double seconds) {
  sums_.seconds += seconds;
  sums_.stats.loss += stats.loss;
  sums_.stats.mean_q += stats.mean_q;
  sums_.stats.max_q += stats.max_q;
  sums_.stats.td_error += stats.td_error;
  sums_.stats.gradient_norm += stats.gradient_norm;
  ++sums_.updates;
  for (EpisodeSums& episode : at_hand_) {
    episode.loss += stats.loss;
    ++episode.updates;
  }
}

void Trainer::Store() {
  const ProfileScope scope("store");
  for (int round = 0; round < rounds_; ++round) {
    for (RolloutWorker& worker : workers_) {
      for (int env = 0; env < worker.envs(); ++env) {
        Store(worker.step(round, env), worker.first_env() + env);
      }
    }
  }
}

void Trainer::Store(RolloutStep& step, int env) {
  EpisodeSums& episode = at_hand_[static_cast<std::size_t>(env)];
  const StepResult& result = step.result;
  if (step.first) {
    episode = {};
    frame_ += step.reset_frames;
    episode.frames += step.reset_frames;
    replay_.BeginEpisode(env, step.first_frame);
    if (env == 0) BeginFilm();
  }
  replay_.Append(
      env, {step.action, result.reward, {result.terminated, result.truncated, result.life_lost}},
      step.next_frame);
  ++step_;
  frame_ += result.frames;
  episode.raw_return += result.raw_reward;
  episode.return_ += result.reward;
  episode.frames += result.frames;
  ++episode.steps;
  largest_reward_ = std::max(largest_reward_, std::abs(static_cast<double>(result.reward)));
  if (env == 0) EmitPictures(step);

  if (step_ % config_.record.progress_every_steps == 0) EmitProgress();
  if (result.done()) EndEpisode(env, result.truncated);
}

// With one environment: the first episode is kept, and then one in so many. With more, the first
// one that begins in the first environment after each so many have ended.
void Trainer::BeginFilm() {
  film_.episode = episodes_ + 1;
  const std::int64_t every = config_.record.gif_every_episodes;
  film_.kept =
      every > 0 && (film_.last_kept == 0 || episodes_ / every > (film_.last_kept - 1) / every);
  if (film_.kept) film_.last_kept = film_.episode;
  film_.wanted = film_.kept || show_all_;
}

void Trainer::EndEpisode(int env, bool truncated) {
  const EpisodeSums& episode = at_hand_[static_cast<std::size_t>(env)];
  ++episodes_;
  EpisodeEnded ended;
  ended.episode = episodes_;
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
  ended.wall_seconds = Seconds();
  (*emit_)(ended);
  if (env == 0 && film_.wanted) (*emit_)(VideoEnded{film_.episode});

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
  progress.replay_frames = replay_.store().frames();
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
  WarnOfImpossibleValues(std::max(std::abs(progress.mean_q), std::abs(progress.max_q)));
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

void Trainer::EmitNotes() const {
  for (Note& note : checkpointer_->TakeNotes()) (*emit_)(std::move(note));
}

void Trainer::SaveIfDue() {
  if (checkpointer_ == nullptr) return;
  EmitNotes();
  if (!checkpointer_->Due(step_)) return;
  const ProfileScope scope("snapshot");
  Save(checkpointer_->snapshot());
  checkpointer_->Begin();
}

// Waits until it is written.
void Trainer::SaveNow() {
  if (checkpointer_ == nullptr) return;
  checkpointer_->Wait();
  EmitNotes();  // an earlier one may have failed; there may be room now
  if (!checkpointer_->newest() || checkpointer_->newest()->manifest.info.step != step_) {
    Save(checkpointer_->snapshot());
    checkpointer_->Begin();
    checkpointer_->Finish();
    EmitNotes();
  }
  (*emit_)(Note{fmt::format("checkpoint written to {}", checkpointer_->newest()->path.string())});
}

void Trainer::EmitPictures(RolloutStep& step) {
  if (!film_.wanted) return;
  for (VideoFrame& picture : step.pictures) {
    picture.episode = film_.episode;
    picture.filmed = film_.kept;
    (*emit_)(std::move(picture));
  }
}

void Trainer::WriteWeights() {
  if (directory_ == nullptr) return;
  const auto file = directory_->WriteWeights(network_, learner_.online(), step_, episodes_);
  (*emit_)(Note{fmt::format("weights written to {}", file.string())});
}

}  // namespace arcadeq
