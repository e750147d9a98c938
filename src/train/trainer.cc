#include "train/trainer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/profile.h"

namespace arcadeq {
namespace {

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
  const QNetwork network(config.network, SpecOf(envs).frame, static_cast<int>(config.env.stack),
                         SpecOf(envs).num_actions());
  const RunMemory memory(config, network);
  memory.Check(SpecOf(envs).frame, memory.learner(), AvailableMemoryBytes());
  return envs;
}

Trainer::Trainer(const Config& config, std::vector<StackedEnv> envs)
    : config_(config),
      pool_(config.train.ThreadCount()),
      network_(config.network, SpecOf(envs).frame, static_cast<int>(config.env.stack),
               SpecOf(envs).num_actions()),
      replay_(SpecOf(envs).frame, static_cast<int>(config.env.stack), config.replay,
              static_cast<int>(config.train.envs)),
      replay_random_(config.train.seed, "replay"),
      init_random_(config.train.seed, "init"),
      learner_(config.agent, config.optimizer, network_, static_cast<int>(config.train.batch_size),
               pool_, init_random_),
      epsilon_(config.policy, config.train.learning_starts),
      batch_(replay_.MakeBatch(static_cast<int>(config.train.batch_size))),
      rounds_(WindowRounds(config.train)),
      workers_(MakeWorkers(config, network_, pool_.threads(), std::move(envs), rounds_)),
      at_hand_(static_cast<std::size_t>(config.train.envs)),
      memory_(config, network_) {
  updates_.reserve(static_cast<std::size_t>(WindowSteps() / config.train.update_period + 1));
  replay_frames_.reserve(static_cast<std::size_t>(WindowSteps()));
  // Again: what has been taken by now, all the passes' activations too, is no estimate any more.
  memory_.Check(replay_.format(), 0, AvailableMemoryBytes());
  replay_.Reserve(memory_.later());
}

void Trainer::Run(const RunDirectory* directory, Checkpointer* checkpointer, const Emit& emit,
                  const std::atomic<bool>& stop) {
  directory_ = directory;
  checkpointer_ = checkpointer;
  emit_ = &emit;
  began_ = Clock::now();
  window_.ended = earlier_seconds_;
  emit(RunBegan{config_.env.game, config_.train.steps, config_.train.frames,
                config_.train.episodes});
  if (std::string why = config_.train.WhyItLearnsNothing(); !why.empty()) {
    emit(Note{std::move(why), true});
  }
  const auto interrupted = [&stop] { return stop.load(std::memory_order_relaxed); };
  std::string reason = LimitReached();
  while (reason.empty() && !interrupted()) {
    SaveIfDue();
    PlayAndLearn();
    reason = LimitReached();
  }
  if (!reason.empty()) WarnIfNothingWasLearnt();
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

std::size_t Trainer::VideoQueueBytes() const {
  return memory_.VideoQueueBytes(replay_.format(), replay_.bytes(), AvailableMemoryBytes());
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
  const std::int64_t end = step_ + WindowSteps();
  const std::int64_t period = config_.train.update_period;
  std::int64_t due = NextUpdate(step_);
  updates_.clear();
  if (config_.train.overlap && due <= end && replay_.CanSample()) {
    auto playing = pool_.Start(workers, play);
    Update(due, [&playing] { playing.Finish(); });
    while ((due += period) <= end) Update(due, [] {});
    Store();
  } else {
    if (workers > 1) {
      pool_.Start(workers, play).Finish();  // not Run(): an environment may throw
    } else {
      play(0);
    }
    Store();
    if (replay_.CanSample()) {
      for (; due <= end; due += period) Update(due, [] {});
    }
  }
  const std::int64_t episodes_before = episodes_;
  Report();
  WriteWeightsIfDue(episodes_before);
}

std::int64_t Trainer::NextUpdate(std::int64_t step) const {
  const std::int64_t period = config_.train.update_period;
  return (std::max(step, config_.train.learning_starts) / period + 1) * period;
}

// One update, calling `before_weights_change` between reading the weights and writing them.
template <typename Meanwhile>
void Trainer::Update(std::int64_t due, const Meanwhile& before_weights_change) {
  DueUpdate& update = updates_.emplace_back();
  update.step = due;
  const Clock::time_point began = Clock::now();
  {
    const ProfileScope scope("sample");
    replay_.Sample(replay_random_, pool_, batch_);
  }
  {
    const ProfileScope scope("differentiate");
    update.stats = learner_.BeginUpdate(batch_);
  }
  const Clock::time_point differentiated = Clock::now();
  {
    const ProfileScope scope("wait for actors");
    before_weights_change();
  }
  const Clock::time_point actors_rest = Clock::now();
  {
    const ProfileScope scope("optimise");
    update.stats.gradient_norm = learner_.FinishUpdate();
  }
  update.seconds =
      std::chrono::duration<double>((differentiated - began) + (Clock::now() - actors_rest))
          .count();
  CheckFinite(update);
}

void Trainer::CheckFinite(const DueUpdate& update) const {
  const UpdateStats& stats = update.stats;
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
      update.step, stats.loss, stats.gradient_norm,
      saved
          ? fmt::format("The last good checkpoint is {}. ", checkpointer_->newest()->path.string())
          : "");
}

// What the workers kept of the window goes into the replay.
void Trainer::Store() {
  const ProfileScope scope("store");
  replay_frames_.clear();
  for (int round = 0; round < rounds_; ++round) {
    for (RolloutWorker& worker : workers_) {
      for (int i = 0; i < worker.envs(); ++i) {
        const RolloutStep& step = worker.step(round, i);
        const StepResult& result = step.result;
        const int env = worker.first_env() + i;
        if (step.first) replay_.BeginEpisode(env, step.first_frame);
        replay_.Append(env, step.action, result.reward,
                       {result.terminated, result.truncated, result.life_lost}, step.next_frame);
        replay_frames_.push_back(replay_.frames());
      }
    }
  }
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

void Trainer::WriteWeightsIfDue(std::int64_t episodes_before) {
  const std::int64_t every = config_.record.weights_every_episodes;
  if (every == 0 || episodes_ / every == episodes_before / every) return;
  try {
    WriteWeights();
  } catch (const UserError& error) {
    (*emit_)(Note{fmt::format("weights not written: {}", error.what()), true});
  }
}

void Trainer::WriteWeights() {
  if (directory_ == nullptr) return;
  const auto file =
      directory_->WriteWeights(network_, learner_.online(), config_.env.game, step_, episodes_);
  (*emit_)(Note{fmt::format("weights written to {}", file.string())});
}

}  // namespace arcadeq
