#include "train/trainer.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "agent/agent.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/profile.h"
#include "base/state.h"
#include "base/thread_pool.h"
#include "checkpoint/checkpoint_reader.h"
#include "config/config.h"
#include "env/env.h"
#include "evaluate/stacked_env.h"
#include "nn/network.h"
#include "record/event.h"
#include "train/checkpointer.h"
#include "train/onlooker.h"
#include "train/rollout_worker.h"
#include "train/run_control.h"
#include "train/run_counters.h"
#include "train/run_directory.h"
#include "train/run_log.h"
#include "train/run_memory.h"
#include "train/run_snapshot.h"
#include "train/weights_writer.h"

namespace arcadeq {
namespace {

using Clock = std::chrono::steady_clock;

// How soon a paused run notices that it is to stop.
constexpr std::chrono::milliseconds kPausePeriod{50};

double SecondsSince(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

const EnvSpec& SpecOf(const std::vector<StackedEnv>& envs) {
  return envs.front().env().spec();
}

std::unique_ptr<Agent> MakeAgent(const Config& config, const EnvSpec& spec, ThreadPool& pool) {
  return config.agent.algorithm.Make(
      AgentContext{config.agent, static_cast<std::uint64_t>(config.train.seed), spec.frame,
                   static_cast<int>(config.env.stack), spec.num_actions(),
                   static_cast<int>(config.train.envs), pool, config.ScheduleSteps()});
}

}  // namespace

std::vector<StackedEnv> Trainer::MakeEnvs(const Config& config) {
  config.Check();
  auto envs = MakeStackedEnvs(config.env, static_cast<std::uint64_t>(config.train.seed), "env",
                              static_cast<int>(config.train.envs));
  const auto network = config.agent.MakeQNetwork(
      SpecOf(envs).frame, static_cast<int>(config.env.stack), SpecOf(envs).num_actions());
  RunMemory(config, *network).CheckFits(AvailableMemoryBytes());
  return envs;
}

Trainer::Trainer(const Config& config, std::vector<StackedEnv> envs)
    : config_(config),
      pool_(config.train.ThreadCount()),
      agent_(MakeAgent(config_, SpecOf(envs), pool_)),
      overlaps_(config_.train.overlap && agent_->LearnsFromOlderSteps()),
      rounds_(overlaps_ || !agent_->LearnsFromOlderSteps() ? agent_->RoundsPerUpdate() : 1),
      log_(config_, *agent_, SpecOf(envs).action_names, WindowSteps()),
      workers_(MakeRolloutWorkers(*agent_, std::move(envs), pool_.threads(), overlaps_, rounds_)),
      inspector_(*agent_, config_.agent.learning.batch_size,
                 config_.record.diagnostics_every_steps),
      evaluation_(config_),
      memory_(config_, agent_->network()) {
  agent_->Reserve(memory_.Later(), AvailableMemoryBytes());
}

void Trainer::Run(const RunDirectory* directory, Checkpointer* checkpointer, const Emit& emit,
                  const std::atomic<bool>& stop) {
  WeightsWriter weights(directory, config_, *agent_, log_);
  checkpointer_ = checkpointer;
  log_.Begin(emit);
  if (evaluation_.has_best() && !weights.HasBest()) {
    evaluation_.ForgetBest();
    emit(Note{"the best weights so far are missing; those of the next evaluation replace them",
              true});
  }
  std::string reason;
  // First an evaluation that a stop has put off until the run is resumed.
  while (EvaluateIfDue(weights, emit, stop)) {
    reason = LimitReached(config_.train, counters());
    if (!reason.empty()) break;
    ObeyCommands(emit, stop);
    if (stop.load(std::memory_order_relaxed)) break;
    SaveIfDue(emit);
    PlayWindow(emit);
    weights.WriteIfDue(emit);
  }
  if (!reason.empty()) log_.WarnIfNothingWasLearnt(emit);
  const RunEnded ended{log_.steps(),
                       log_.frames(),
                       log_.episodes(),
                       log_.Seconds(),
                       reason.empty() ? "interrupted" : reason,
                       reason.empty()};
  // The weights may find room where the checkpoint does not, and the end is reported in any case.
  std::exception_ptr failure;
  try {
    SaveNow(emit);
  } catch (...) {
    failure = std::current_exception();
  }
  try {
    weights.Write(emit);
  } catch (const std::exception& error) {
    if (failure) {
      emit(Note{fmt::format("weights not written: {}", error.what()), true});
    } else {
      failure = std::current_exception();
    }
  }
  emit(ended);
  if (failure) std::rethrow_exception(failure);
}

Onlooker* Trainer::WantedOnlooker() {
  if (!log_.film().WantsMoments()) return nullptr;
  if (!onlooker_) onlooker_.emplace(*agent_, config_.agent.loss.Make());
  return &*onlooker_;
}

std::size_t Trainer::VideoQueueBytes() const {
  return memory_.VideoQueueBytes(agent_->bytes_to_come(), AvailableMemoryBytes());
}

RunCounters Trainer::counters() const {
  return {log_.steps(), log_.frames(), log_.episodes(), agent_->updates(), log_.Seconds()};
}

void Trainer::PlayWindow(const Emit& emit) {
  due_.clear();
  const std::int64_t end = log_.steps() + WindowSteps();
  for (auto due = agent_->NextUpdate(log_.steps()); due <= end; due = agent_->NextUpdate(due)) {
    due_.push_back({.step = due});
  }

  workers_.front().Film(log_.film().Wanted(), WantedOnlooker());
  const auto play = [this](int worker) {
    workers_[static_cast<std::size_t>(worker)].Play(log_.steps(), envs(), PolicyPool());
  };
  const int workers = static_cast<int>(workers_.size());
  if (overlaps_ && !due_.empty() && agent_->CanUpdate()) {
    const auto starts = Clock::now();
    auto playing = pool_.Start(workers, play);
    const double seconds_to_start = SecondsSince(starts);  // a single thread plays here
    Update(due_.front(), emit, [&] {
      const auto waits = Clock::now();
      playing.Finish();
      AddPlayTime(seconds_to_start + SecondsSince(waits));
    });
    for (DueUpdate& update : std::span(due_).subspan(1)) Update(update, emit, [] {});
    Observe();
  } else {
    const auto began = Clock::now();
    if (workers > 1) {
      pool_.Start(workers, play).Finish();  // not Run(): an environment may throw
    } else {
      play(0);
    }
    AddPlayTime(SecondsSince(began));
    Observe();
    if (!agent_->CanUpdate()) due_.clear();
    for (DueUpdate& update : due_) Update(update, emit, [] {});
  }
  Log(emit);
}

// Concurrent workers compute on one thread each; a single worker uses all threads.
ThreadPool& Trainer::PolicyPool() {
  return workers_.size() > 1 || overlaps_ ? one_thread_ : pool_;
}

// Adds the time that the run took or waited to play, divided as the workers spent theirs.
void Trainer::AddPlayTime(double seconds) {
  PlaySeconds sum;
  for (const RolloutWorker& worker : workers_) {
    sum.acting += worker.seconds().acting;
    sum.environment += worker.seconds().environment;
  }
  const double thread_seconds = sum.acting + sum.environment;
  if (thread_seconds == 0) return;
  const double share = seconds / thread_seconds;
  phases_.acting += share * sum.acting;
  phases_.environment += share * sum.environment;
}

template <typename Function>
void Trainer::Update(DueUpdate& update, const Emit& emit, const Function& before_weights_change) {
  const auto began = Clock::now();
  agent_->BeginUpdate();
  const auto waits = Clock::now();
  {
    const ProfileScope scope("wait for policies");
    before_weights_change();
  }
  const auto finishes = Clock::now();
  update.stats = agent_->FinishUpdate();
  update.seconds =
      std::chrono::duration<double>((waits - began) + (Clock::now() - finishes)).count();
  phases_.learning += update.seconds;
  if (!std::isfinite(update.stats.loss) || !std::isfinite(update.stats.gradient_norm)) {
    StopDiverging(update, emit);
  }
  if (inspector_.IsDue(update.step)) update.diagnosis = inspector_.Inspect(update.step);
}

void Trainer::StopDiverging(const DueUpdate& update, const Emit& emit) const {
  std::string saved;
  if (checkpointer_ != nullptr) {
    checkpointer_->Wait();
    EmitNotes(emit);
    if (checkpointer_->newest()) {
      saved =
          fmt::format("The last good checkpoint is {}. ", checkpointer_->newest()->path.string());
    }
  }
  ThrowUserError(
      "at step {} the loss is {} and the gradient norm {}: learning has diverged. {}Try a lower "
      "optimizer.learning_rate, a clipped gradient (optimizer.max_grad_norm) or smaller rewards "
      "(env.reward_transform, env.reward_scale) in a new run",
      update.step, update.stats.loss, update.stats.gradient_norm, saved);
}

// Visits the window's steps in order.
template <typename Visit>
void Trainer::ForEachStep(Visit visit) {
  for (int round = 0; round < rounds_; ++round) {
    for (RolloutWorker& worker : workers_) {
      for (int env = 0; env < worker.envs(); ++env) {
        visit(worker.first_env() + env, worker.step(round, env));
      }
    }
  }
}

void Trainer::Observe() {
  const auto observe = [this](int worker) {
    workers_[static_cast<std::size_t>(worker)].Tell(*agent_);
  };
  // Not Run(): the agent may run out of memory.
  pool_.Start(static_cast<int>(workers_.size()), observe).Finish();
}

void Trainer::Log(const Emit& emit) {
  const ProfileScope scope("report");
  log_.BeginWindow(due_, std::exchange(phases_, {}));
  ForEachStep([&](int env, RolloutStep& step) { log_.AddStep(env, step, emit); });
}

bool Trainer::EvaluateIfDue(const WeightsWriter& weights, const Emit& emit,
                            const std::atomic<bool>& stop) {
  if (!evaluation_.Due(log_.steps())) return true;
  const auto began = Clock::now();
  const auto evaluated = evaluation_.Run(*agent_, log_.steps(), log_.frames(), stop);
  phases_.evaluation += SecondsSince(began);
  if (!evaluated) return false;
  emit(*evaluated);
  if (evaluated->best && weights.WriteBest(emit)) evaluation_.SetBest(evaluated->mean);
  return true;
}

// Returns when the run is not paused, or to stop.
void Trainer::ObeyCommands(const Emit& emit, const std::atomic<bool>& stop) {
  if (control_ == nullptr) return;
  const auto obey = [&] {
    for (const RunCommand command : control_->Take()) CarryOut(command, emit);
  };
  obey();
  if (!paused_) return;
  const ProfileScope scope("paused");
  const auto began = Clock::now();
  emit(PauseChanged{log_.steps(), true});
  while (paused_ && !stop.load(std::memory_order_relaxed)) {
    SaveIfDue(emit);
    control_->Wait(kPausePeriod);
    obey();
  }
  log_.SkipTime(Clock::now() - began);
  if (!paused_) emit(PauseChanged{log_.steps(), false});
}

void Trainer::CarryOut(RunCommand command, const Emit& emit) {
  switch (command) {
    case RunCommand::kPause:
      paused_ = true;
      break;
    case RunCommand::kResume:
      paused_ = false;
      break;
    case RunCommand::kSave:
      if (checkpointer_ != nullptr) checkpointer_->Request(log_.steps());
      break;
    case RunCommand::kRecord:
      log_.film().KeepNext();
      emit(Note{"the next episode of the first environment will be filmed"});
      break;
    case RunCommand::kHelp:
      emit(Note{"type one of: " + RunCommandWords()});
      break;
  }
}

void Trainer::EmitNotes(const Emit& emit) const {
  for (Note& note : checkpointer_->TakeNotes()) emit(std::move(note));
}

void Trainer::SaveIfDue(const Emit& emit) {
  if (checkpointer_ == nullptr) return;
  EmitNotes(emit);
  if (!checkpointer_->Due(log_.steps())) return;
  const ProfileScope scope("snapshot");
  Save(checkpointer_->snapshot());
  checkpointer_->Begin();
}

// Returns when the checkpoint is written.
void Trainer::SaveNow(const Emit& emit) {
  if (checkpointer_ == nullptr) return;
  checkpointer_->Request(log_.steps());
  checkpointer_->Wait();
  if (!checkpointer_->newest() || checkpointer_->newest()->manifest.info.step != log_.steps()) {
    EmitNotes(emit);
    checkpointer_->Request(log_.steps());  // this step's may have failed; there may be room now
    Save(checkpointer_->snapshot());
    checkpointer_->Begin();
    checkpointer_->Finish();
  }
  EmitNotes(emit);
}

// Visits everything that the seed determines.
void Trainer::VisitState(AgentState& state) {
  state.values().Group("run", [&] {
    log_.VisitState(state.values());
    std::int64_t updates = agent_->updates();  // for ReadCounters(): the agent has its own
    state.values().Count("updates", updates);
  });
  for (RolloutWorker& worker : workers_) worker.VisitState(state.values());
  state.values().Group("agent", [&] { agent_->VisitState(state); });
}

void Trainer::Save(RunSnapshot& snapshot) {
  StateWriter values, record;
  SnapshotTaker state(values, snapshot);
  VisitState(state);
  log_.VisitRecord(record);
  evaluation_.VisitRecord(record);
  snapshot.step = log_.steps();
  snapshot.trainer = values.bytes();
  snapshot.record = record.bytes();
}

void Trainer::Restore(const CheckpointReader& checkpoint) {
  StateReader values = ReadTrainerState(checkpoint), record = ReadRecordState(checkpoint);
  SnapshotRestorer state(values, checkpoint, agent_->network().shape().actions);
  VisitState(state);
  values.ExpectAllRead();
  log_.VisitRecord(record);
  evaluation_.VisitRecord(record);
  record.ExpectAllRead();
  for (RolloutWorker& worker : workers_) worker.RestoreStacks(*agent_);
}

}  // namespace arcadeq
