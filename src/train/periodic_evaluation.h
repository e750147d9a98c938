#pragma once

#include <cstdint>
#include <memory>

#include "agent/agent.h"
#include "base/state.h"
#include "record/event.h"
#include "train/evaluation_config.h"
#include "train/player.h"

namespace arcadeq {

struct Config;

// Evaluates a run's weights while it trains: whole games in environments of their own, with random
// numbers of their own, at policy.evaluation_epsilon. The run does not depend on it. Every
// evaluation plays the same games, so that scores differ by the weights alone.
class PeriodicEvaluation {
 public:
  // Makes the environments, unless evaluation.every_steps is 0: then nothing ever falls due. Throws
  // UserError as MakeEnv() does.
  explicit PeriodicEvaluation(const Config& config);

  // Whether a multiple of evaluation.every_steps lies after the last evaluation, up to `step`.
  bool Due(std::int64_t step) const;
  // Plays with the agent's weights; takes as long as the games last.
  Evaluated Run(const Agent& agent, std::int64_t step, std::int64_t frame);

  // What the seed does not decide of a run.
  void VisitRecord(State& state);

 private:
  EvaluationConfig config_;
  double epsilon_;
  std::unique_ptr<Player> player_;
  std::int64_t last_step_ = 0;
  std::int64_t evaluations_ = 0;
  double best_ = 0;  // the highest mean score so far, if there was an evaluation
};

}  // namespace arcadeq
