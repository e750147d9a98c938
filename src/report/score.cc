#include "report/score.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "evaluate/evaluation_record.h"
#include "report/agents.h"
#include "report/run_contents.h"
#include "stats/bootstrap.h"
#include "stats/score_summary.h"
#include "sweep/learning_curve.h"

namespace arcadeq {
namespace {

ReportedScore MakeScore(const std::vector<double>& values) {
  ReportedScore score;
  score.mean = MeanOf(values);
  if (values.size() >= 2) score.interval = BootstrapInterval(values);
  return score;
}

}  // namespace

std::optional<ReportedScore> ScoreOf(const RunContents& run) {
  if (!run.evaluations.empty()) {
    const EvaluationRecord& record = run.evaluations.front().record;
    ReportedScore score = MakeScore(record.scores);
    score.basis =
        fmt::format("{} ({})", FormatCount(std::ssize(record.scores), "game"), TermsOf(record));
    score.spread = "games";
    score.evaluated = true;
    return score;
  }
  const std::vector<double> returns = LastReturns(run.episodes);
  if (returns.empty()) return std::nullopt;
  ReportedScore score = MakeScore(returns);
  score.basis = "last " + FormatCount(std::ssize(returns), "training episode");
  score.spread = "episodes";
  return score;
}

std::optional<ReportedScore> ScoreOf(const ReportedAgent& agent) {
  std::vector<ReportedScore> scores;
  for (const RunContents* run : agent.runs) {
    if (auto score = ScoreOf(*run)) scores.push_back(*std::move(score));
  }
  if (scores.empty()) return std::nullopt;
  if (scores.size() == 1) return scores.front();
  std::vector<double> means;
  means.reserve(scores.size());
  for (const ReportedScore& score : scores) means.push_back(score.mean);
  ReportedScore score = MakeScore(means);
  const bool alike = std::ranges::all_of(
      scores, [&](const ReportedScore& each) { return each.basis == scores.front().basis; });
  score.basis = fmt::format("{} runs, each {}", scores.size(),
                            alike ? scores.front().basis : "on its own terms");
  score.spread = "runs";
  score.evaluated =
      std::ranges::all_of(scores, [](const ReportedScore& each) { return each.evaluated; });
  return score;
}

}  // namespace arcadeq
