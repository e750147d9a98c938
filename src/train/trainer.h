#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "base/thread_pool.h"
#include "checkpoint/checkpoint_reader.h"
#include "train/checkpointer.h"
#include "train/config.h"
#include "train/network_inspector.h"
#include "train/periodic_evaluation.h"
#include "train/rollout_worker.h"
#include "train/run_directory.h"
#include "train/run_log.h"
#include "train/run_memory.h"
#include "train/run_snapshot.h"
#include "train/stacked_env.h"

namespace arcadeq {

// How far the run of a checkpoint had come.
struct RunCounters {
  std::int64_t steps = 0;
  std::int64_t frames = 0;
  std::int64_t episodes = 0;
  std::int64_t updates = 0;
  double seconds = 0;  // of training
};
// Throws UserError.
RunCounters ReadCounters(const CheckpointReader& checkpoint);
// Which limit ends a run with these counters: "1000 steps done"; empty if none does.
std::string LimitReached(const TrainConfig& limits, const RunCounters& counters);

// Decides when to act, learn and save. What and how is learnt is the agent's business, and what is
// told of it the log's. Everything is allocated at construction, but for a replay's segments; a
// seed gives the same run bit for bit, whatever the threads' timing.
//
// A run goes by windows: as many steps in each environment as lie between two updates, or one where
// that is less. With train.overlap, policies play a window while the agent computes the updates
// that fall due in it, from what it observed and with the weights as they were before; without,
// or where the agent learns from what was just played, they play, the agent observes, and then it
// learns. Everything ends before the next window begins.
class Trainer {
 public:
  // Throws UserError if the settings contradict each other, the game is not found, or the run does
  // not fit the memory that is available. Writes nothing.
  explicit Trainer(const Config& config) : Trainer(config, MakeEnvs(config)) {}
  // With environments that were made elsewhere, as many as the settings say.
  Trainer(const Config& config, std::vector<StackedEnv> envs);

  // See RunLog.
  void ShowEpisodesWhile(const std::atomic<bool>& watched) { log_.ShowEpisodesWhile(watched); }

  // Everything that Restore() needs, at the end of a window.
  void Save(RunSnapshot& snapshot);
  // Makes this trainer, of the same settings, what it was when the checkpoint was saved: the run
  // continues bit for bit as if it had never stopped. Throws UserError, and is of no use
  // afterwards, if the checkpoint is damaged or of other settings.
  void Restore(const CheckpointReader& checkpoint);

  // Trains until a limit of the settings is reached, or until `stop` becomes true: then the window
  // under way is finished. Weights are written every few episodes and at the end, unless
  // `directory` is null; checkpoints whenever `checkpointer`, which may be null, says so, and at
  // the end. To be called once. Throws UserError if the last weights or the last checkpoint cannot
  // be written, or if the loss is not a finite number any more: the checkpoints are then from
  // before.
  void Run(const RunDirectory* directory, Checkpointer* checkpointer, const Emit& emit,
           const std::atomic<bool>& stop);

  const Agent& agent() const { return *agent_; }
  // For pictures on their way into videos: what the rest of the run leaves, within bounds.
  std::size_t VideoQueueBytes() const;
  std::int64_t step() const { return log_.steps(); }

 private:
  // All that can be checked before the large buffers are taken is checked here.
  static std::vector<StackedEnv> MakeEnvs(const Config& config);

  std::string LimitReached() const;  // empty while there is more to do
  int envs() const { return static_cast<int>(config_.train.envs); }
  std::int64_t WindowSteps() const { return std::int64_t{rounds_} * envs(); }

  void PlayWindow(const Emit& emit);
  ThreadPool& PolicyPool();
  // Calls `before_weights_change` between the update's two parts.
  template <typename Function>
  void Update(DueUpdate& update, const Emit& emit, const Function& before_weights_change);
  [[noreturn]] void StopDiverging(const DueUpdate& update, const Emit& emit) const;
  template <typename Visit>
  void ForEachStep(Visit visit);
  void Observe();
  void Log(const Emit& emit);
  void EvaluateIfDue(const Emit& emit);

  void VisitState(AgentState& state);
  void EmitNotes(const Emit& emit) const;
  void SaveIfDue(const Emit& emit);
  void SaveNow(const Emit& emit);
  void WriteWeights(const Emit& emit) const;

  const Config config_;
  ThreadPool pool_;
  ThreadPool one_thread_{1};  // of a worker that plays beside others
  std::unique_ptr<Agent> agent_;
  bool overlaps_;
  int rounds_;  // of a window
  RunLog log_;
  std::vector<RolloutWorker> workers_;
  NetworkInspector inspector_;
  PeriodicEvaluation evaluation_;
  RunMemory memory_;
  // Of the window under way: its updates, and what the agent had stored after each step.
  std::vector<DueUpdate> due_;
  std::vector<std::int64_t> stored_frames_;

  const RunDirectory* directory_ = nullptr;
  Checkpointer* checkpointer_ = nullptr;
};

}  // namespace arcadeq
