#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "agent/agent.h"
#include "base/state.h"
#include "config/evaluation_config.h"
#include "evaluate/player.h"
#include "record/event.h"

namespace arcadeq {

struct Config;

// Evaluates a run's weights during training: plays whole games at policy.evaluation_epsilon, in
// separate environments and with separate random streams, so that it does not affect the run. Every
// evaluation plays the same games, so that only the weights make scores differ.
class PeriodicEvaluation {
 public:
  // Makes the environments, unless evaluation.every_steps is 0, when no evaluation is ever due.
  // Throws UserError as MakeEnv() does.
  explicit PeriodicEvaluation(const Config& config);

  // Whether a multiple of evaluation.every_steps lies between the last evaluation and `step`.
  bool Due(std::int64_t step) const;
  // Plays with the agent's weights; returns when the games are over. If `stop` becomes true,
  // returns nothing, soon, and the evaluation remains due.
  std::optional<Evaluated> Run(const Agent& agent, std::int64_t step, std::int64_t frame,
                               const std::atomic<bool>& stop);

  // The mean score that an evaluation must exceed to be the best. It is set by those who keep its
  // weights, and forgotten when these are lost or other games are played.
  bool has_best() const { return best_ > kNone; }
  void SetBest(double mean) { best_ = mean; }
  void ForgetBest() { best_ = kNone; }

  // Visits the state that the seed does not determine.
  void VisitRecord(State& state);

 private:
  static constexpr double kNone = -std::numeric_limits<double>::infinity();

  EvaluationConfig config_;
  double epsilon_;
  std::unique_ptr<Player> player_;
  std::int64_t last_step_ = 0;
  std::int64_t evaluations_ = 0;
  double best_ = kNone;
};

}  // namespace arcadeq
