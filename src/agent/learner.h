#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/settings.h"
#include "base/thread_pool.h"
#include "nn/network.h"
#include "nn/optimizer.h"
#include "replay/batch.h"

namespace arcadeq {

struct AgentConfig {
  double gamma = 0.99;
  bool double_q = true;
  bool target_network = true;
  double target_tau = 0.08;
  std::int64_t target_period = 0;
  double huber_delta = 1.0;
  bool terminal_on_life_loss = false;

  void Declare(Settings& settings);  // agent.*
  // Throws UserError for settings that contradict each other.
  void Check() const;
};

// Means over the batch of one update, from before it was applied.
struct UpdateStats {
  double loss = 0;           // Huber
  double mean_q = 0;         // of the actions taken
  double max_q = 0;          // of the greedy actions
  double td_error = 0;       // absolute
  double gradient_norm = 0;  // before clipping
};

// Learns Q-values from batches: owns the online and the target network's parameters and the
// optimiser. Allocates nothing after construction. Works with the pool's threads, whose number does
// not change a bit of the results. One caller at a time; but while BeginUpdate() runs, other
// threads may read online() and target(), which it does not write.
class Learner {
 public:
  // `network` and `pool` must outlive the learner. `init` draws the initial parameters, which
  // both networks start from.
  Learner(const AgentConfig& config, const OptimizerConfig& optimizer, const Network& network,
          int batch_size, ThreadPool& pool, RandomStream& init);

  // One step of the optimiser on the mean Huber loss of the taken actions' TD errors, then the
  // target network's update: blended by target_tau, or copied every target_period updates.
  UpdateStats Update(const Batch& batch) {
    UpdateStats stats = BeginUpdate(batch);
    stats.gradient_norm = FinishUpdate();
    return stats;
  }

  // The two parts of Update(). The first reads both networks' parameters and writes neither: all
  // passes forward, the loss, and the gradient as far as it depends on the parameters. Its
  // statistics lack the norm. After it the batch's frames are not needed any more.
  UpdateStats BeginUpdate(const Batch& batch);
  // The second follows each BeginUpdate(): the rest of the gradient, the optimiser's step and the
  // target network's update. Returns the norm of the gradient.
  double FinishUpdate();

  const Network::Parameters& online() const { return *online_; }
  const Network::Parameters& target() const { return *target_; }
  std::int64_t updates() const { return updates_; }

  const Optimizer& optimizer() const { return optimizer_; }

  // Copies the parameters and the optimiser's moments.
  void Save(Network::Parameters& online, Network::Parameters& target, Network::Parameters& mean,
            Network::Parameters& square) const;
  // Makes a learner of the same settings what it was, between two updates, when these were
  // taken by Save().
  struct State {
    const Network::Parameters &online, &target, &mean, &square;
  };
  void Restore(std::int64_t updates, std::int64_t optimizer_steps, const State& state);

 private:
  // What the step blends into the target network as it goes.
  TargetBlend Blend();
  UpdateStats ComputeLoss(const Batch& batch);

  AgentConfig config_;
  const Network& network_;
  ThreadPool& pool_;
  std::unique_ptr<Network::Parameters> online_, target_;
  Optimizer optimizer_;
  std::unique_ptr<Network::Workspace> online_pass_, target_pass_;
  std::unique_ptr<Network::Observations> observations_;  // s_tm1, then of s_t
  std::vector<StackView> stacks_;
  // [batch][actions]: by the online network, of both; of s_t by the target network; the gradient of
  // s_tm1's.
  std::vector<float> q_online_, q_target_, dq_;
  std::vector<float> targets_;
  std::int64_t updates_ = 0;
};

}  // namespace arcadeq
