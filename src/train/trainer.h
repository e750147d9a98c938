#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "agent/agent.h"
#include "base/thread_pool.h"
#include "checkpoint/checkpoint_reader.h"
#include "config/config.h"
#include "evaluate/stacked_env.h"
#include "record/spectator.h"
#include "train/checkpointer.h"
#include "train/network_inspector.h"
#include "train/onlooker.h"
#include "train/periodic_evaluation.h"
#include "train/phase_times.h"
#include "train/rollout_worker.h"
#include "train/run_control.h"
#include "train/run_counters.h"
#include "train/run_directory.h"
#include "train/run_log.h"
#include "train/run_memory.h"
#include "train/run_snapshot.h"
#include "train/weights_writer.h"

namespace arcadeq {

// Decides when to act, learn and save. The agent knows what and how to learn, and the log what to
// report. Everything is allocated at construction, except as described for agents. A seed gives the
// same run bit for bit, whatever the timing of threads.
//
// A run proceeds in windows: in each environment, as many steps as lie between two updates, at
// least one. With train.overlap, policies play a window while the agent computes the updates that
// are due in it, from the experience and with the weights that it had before. Without, or if the
// agent learns from the latest steps, they play, the agent observes, and then it learns. All of
// this ends before the next window begins.
class Trainer {
 public:
  // Throws UserError if the settings contradict each other, the game is not found, or the run does
  // not fit into the available memory. Writes nothing.
  explicit Trainer(const Config& config) : Trainer(config, MakeEnvs(config)) {}
  // With the given environments, as many as train.envs.
  Trainer(const Config& config, std::vector<StackedEnv> envs);

  // Emits the pictures of the first environment while the spectator watches. This costs nothing
  // while nobody does. `spectator` must outlive Run(). There may be several.
  void ShowTo(const Spectator& spectator) { log_.film().ShowTo(spectator); }
  // Carries out what is requested of `control`, which must outlive Run(), between windows.
  void Obey(RunControl& control) { control_ = &control; }

  // Saves everything that Restore() needs, at the end of a window.
  void Save(RunSnapshot& snapshot);
  // Restores the state of a trainer with the same settings: the run continues bit for bit as if it
  // had never stopped. Throws UserError, and leaves the trainer unusable, if the checkpoint is
  // damaged or has other settings.
  void Restore(const CheckpointReader& checkpoint);
  // Makes the next evaluation's weights the best: its games are not those of the evaluations
  // before.
  void ForgetBestWeights() { evaluation_.ForgetBest(); }

  // Trains until the run reaches a limit or `stop` becomes true, and then completes the window; an
  // evaluation that `stop` cuts short is repeated when the run is resumed.
  // Writes weights every few episodes and at the end, unless `directory` is null, and checkpoints
  // when they are due and at the end, unless `checkpointer` is null. Call only once. Throws
  // UserError if the last weights or the last checkpoint cannot be written, or if the loss or the
  // gradient is no longer finite; no checkpoint contains such an update.
  void Run(const RunDirectory* directory, Checkpointer* checkpointer, const Emit& emit,
           const std::atomic<bool>& stop);

  const Agent& agent() const { return *agent_; }
  // The number of steps in a window, in all environments together.
  std::int64_t WindowSteps() const { return std::int64_t{rounds_} * envs(); }
  // The maximum size of the queue of pictures: what the rest of the run leaves, within bounds.
  std::size_t VideoQueueBytes() const;
  RunCounters counters() const;

 private:
  // Checks everything that can be checked before the large buffers are allocated.
  static std::vector<StackedEnv> MakeEnvs(const Config& config);

  int envs() const { return static_cast<int>(config_.train.envs); }

  void PlayWindow(const Emit& emit);
  // Who describes moments in the next window; null if nobody wants to see them.
  Onlooker* WantedOnlooker();
  ThreadPool& PolicyPool();
  void AddPlayTime(double seconds);
  // Calls `before_weights_change` between the update's two parts.
  template <typename Function>
  void Update(DueUpdate& update, const Emit& emit, const Function& before_weights_change);
  [[noreturn]] void StopDiverging(const DueUpdate& update, const Emit& emit) const;
  template <typename Visit>
  void ForEachStep(Visit visit);
  void Observe();
  void Log(const Emit& emit);
  // Returns false if `stop` has prevented it.
  bool EvaluateIfDue(const WeightsWriter& weights, const Emit& emit, const std::atomic<bool>& stop);

  void VisitState(AgentState& state);
  void EmitNotes(const Emit& emit) const;
  void CarryOut(RunCommand command, const Emit& emit);
  void ObeyCommands(const Emit& emit, const std::atomic<bool>& stop);
  void SaveIfDue(const Emit& emit);
  void SaveNow(const Emit& emit);

  const Config config_;
  ThreadPool pool_;
  ThreadPool one_thread_{1};  // for workers that play concurrently
  std::unique_ptr<Agent> agent_;
  bool overlaps_;
  int rounds_;  // of a window
  RunLog log_;
  std::vector<RolloutWorker> workers_;
  NetworkInspector inspector_;
  PeriodicEvaluation evaluation_;
  std::optional<Onlooker> onlooker_;  // once someone has wanted to see moments
  RunMemory memory_;
  std::vector<DueUpdate> due_;  // of the current window
  PhaseSeconds phases_;         // since the last window was reported

  Checkpointer* checkpointer_ = nullptr;
  RunControl* control_ = nullptr;
  bool paused_ = false;
};

}  // namespace arcadeq
