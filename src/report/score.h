#pragma once

#include <optional>
#include <string>

#include "report/agents.h"
#include "report/run_contents.h"
#include "stats/bootstrap.h"

namespace arcadeq {

struct ReportedScore {
  double mean = 0;
  std::optional<Interval> interval;  // 95 % of the mean, if there are two values or more
  // What it is the mean of: "100 games (protocol training, epsilon 0.01)".
  std::string basis;
  // Over what the interval is: "games", or "runs" with several of these.
  std::string spread;
  bool evaluated = false;  // rather than the last episodes of training
};

// By the evaluation with the most games, or else by the last training episodes; none without both.
std::optional<ReportedScore> ScoreOf(const RunContents& run);

// With several runs, the mean of theirs.
std::optional<ReportedScore> ScoreOf(const ReportedAgent& agent);

}  // namespace arcadeq
