#pragma once

#include <chrono>
#include <cstdint>

#include "evaluate/player.h"

namespace arcadeq {

// A line on stderr that tells how far an evaluation is, while this object lives. Nothing is written
// unless stderr is a terminal that can erase a line.
class EvaluationProgress {
 public:
  explicit EvaluationProgress(std::int64_t games);
  ~EvaluationProgress();
  EvaluationProgress(const EvaluationProgress&) = delete;
  EvaluationProgress& operator=(const EvaluationProgress&) = delete;

  void Add(const EpisodeResult& game);

 private:
  using Clock = std::chrono::steady_clock;

  void Show();

  const bool visible_;
  const std::int64_t games_;
  std::int64_t ended_ = 0;
  double sum_ = 0;  // of the scores
  Clock::time_point shown_at_;
};

}  // namespace arcadeq
