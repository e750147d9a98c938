#include "train/periodic_evaluation.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "agent/agent.h"
#include "base/profile.h"
#include "base/state.h"
#include "config/config.h"
#include "evaluate/evaluation.h"
#include "evaluate/player.h"
#include "record/event.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

constexpr std::int64_t kMaxEnvs = 16;

std::unique_ptr<Player> MakePlayer(const Config& config) {
  if (config.evaluation.every_steps == 0) return nullptr;
  return std::make_unique<Player>(config, static_cast<std::uint64_t>(config.train.seed),
                                  static_cast<int>(std::min(config.evaluation.episodes, kMaxEnvs)));
}

}  // namespace

PeriodicEvaluation::PeriodicEvaluation(const Config& config)
    : config_(config.evaluation),
      epsilon_(config.agent.policy.evaluation_epsilon),
      player_(MakePlayer(config)) {}

bool PeriodicEvaluation::Due(std::int64_t step) const {
  const std::int64_t every = config_.every_steps;
  return every > 0 && step / every > last_step_ / every;
}

std::optional<Evaluated> PeriodicEvaluation::Run(const Agent& agent, std::int64_t step,
                                                 std::int64_t frame,
                                                 const std::atomic<bool>& stop) {
  const ProfileScope scope("evaluate");
  player_->Use(agent.network(), agent.parameters());
  const Evaluation evaluation =
      Evaluate(*player_, static_cast<int>(config_.episodes), epsilon_, nullptr, &stop);
  if (stop.load(std::memory_order_relaxed)) return std::nullopt;
  const ScoreSummary scores = Summarize(evaluation.Scores());
  ++evaluations_;
  last_step_ = step;
  return Evaluated{.step = step,
                   .frame = frame,
                   .games = config_.episodes,
                   .mean = scores.mean,
                   .standard_deviation = scores.standard_deviation,
                   .best = scores.mean > best_};
}

void PeriodicEvaluation::VisitRecord(State& state) {
  state.Count("evaluations", evaluations_);
  state.Count("last_evaluation", last_step_);
  state.Value("best_evaluation", best_);
  if (state.restoring() && evaluations_ == 0) ForgetBest();  // earlier versions wrote 0
}

}  // namespace arcadeq
