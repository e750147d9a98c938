#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "evaluate/evaluation_record.h"
#include "plot/layout.h"
#include "plot/markup.h"
#include "plot/styles.h"
#include "report/agents.h"
#include "report/number_text.h"
#include "report/score.h"
#include "report/sections.h"
#include "stats/bootstrap.h"
#include "stats/published_scores.h"
#include "stats/score_summary.h"

namespace arcadeq {
namespace {

// A row of the table of scores.
struct Row {
  std::string name;
  std::string detail;
  double score = 0;
  std::optional<Interval> interval;
  std::optional<std::size_t> style;  // of an agent's line in the charts; none for a reference
};

std::string IntervalText(const Interval& interval) {
  return fmt::format("{} to {}", NumberText(interval.low), NumberText(interval.high));
}

std::string Bar(const Row& row, const AxisRange& range) {
  const double from = range.Share(std::min(row.score, 0.0)),
               to = range.Share(std::max(row.score, 0.0));
  std::string bar = fmt::format("<span class=\"bar\" style=\"left:{:.2f}%;width:{:.2f}%\"></span>",
                                100 * from, 100 * (to - from));
  if (row.interval) {
    const double low = range.Share(row.interval->low), high = range.Share(row.interval->high);
    bar += fmt::format("<span class=\"whisker\" style=\"left:{:.2f}%;width:{:.2f}%\"></span>",
                       100 * low, 100 * (high - low));
  }
  return bar;
}

std::string Table(const std::vector<Row>& rows, const HumanScore* human) {
  AxisRange range;
  bool intervals = false;
  for (const Row& row : rows) {
    range.Include(row.score);
    if (!row.interval) continue;
    intervals = true;
    range.Include(row.interval->low);
    range.Include(row.interval->high);
  }
  if (range.low() == range.high()) range.Include(1);
  std::string html = fmt::format(
      "<table class=\"scores\"><thead><tr><th scope=\"col\">Agent</th><td></td>"
      "<th scope=\"col\" class=\"n\">Score</th>{}{}</tr></thead>\n<tbody>",
      intervals ? "<th scope=\"col\" class=\"n wide\">95 % interval</th>" : "",
      human != nullptr ? "<th scope=\"col\" class=\"n wide\">of human</th>" : "");
  for (const Row& row : rows) {
    const std::string interval = row.interval ? IntervalText(*row.interval) : "";
    html += fmt::format(
        "<tr class=\"{}\"><th scope=\"row\">{}<small>{}</small></th><td class=\"track\">"
        "<div>{}</div></td><td class=\"n\">{}<small class=\"narrow\">{}</small></td>",
        row.style ? fmt::format("agent c{}", ColourNumber(*row.style)) : "reference",
        EscapeMarkup(row.name), EscapeMarkup(row.detail), Bar(row, range), NumberText(row.score),
        interval);
    if (intervals) {
      html += fmt::format("<td class=\"n wide\">{}</td>", interval);
    }
    if (human != nullptr) {
      html += fmt::format("<td class=\"n wide\">{:.0f} %</td>", 100 * human->Normalise(row.score));
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>\n";
}

std::string Headline(const ReportedScore& score, const HumanScore* human) {
  std::string html = fmt::format(
      "<div class=\"headline\"><p class=\"big\">{}</p>\n<p class=\"basis\">mean of {}{}</p>\n",
      NumberText(score.mean), score.evaluated || score.spread == "runs" ? "" : "the ",
      EscapeMarkup(score.basis));
  if (score.interval) {
    html += fmt::format("<p>95 % interval <b>{}</b><br><small>over {}{}</small></p>\n",
                        IntervalText(*score.interval), score.spread,
                        score.spread == "runs" ? "" : " of one run, not over training seeds");
  }
  if (human != nullptr) {
    html += fmt::format(
        "<p><b>{:.0f} %</b> human-normalised<br><small>0 % is random play, 100 % a "
        "human</small></p>\n",
        100 * human->Normalise(score.mean));
  }
  return html + "</div>\n";
}

std::string Advice(const ReportedRuns& runs) {
  const auto unevaluated =
      std::ranges::find_if(runs.runs, [](auto& run) { return run.evaluations.empty(); });
  if (unevaluated == runs.runs.end()) return "";
  const std::string path = EscapeMarkup(unevaluated->path.string());
  return fmt::format(
      "<p class=\"note\">Training episodes are played while the agent explores and learns. For a "
      "score that can be compared, evaluate the run and make the report again:</p>\n"
      "<pre>arcadeq evaluate {0} --episodes 100 --json &gt; {0}/evaluation.json</pre>\n",
      path);
}

std::string OtherEvaluations(const ReportedRuns& runs) {
  std::string rows;
  for (const RunContents& run : runs.runs) {
    for (std::size_t i = 1; i < run.evaluations.size(); ++i) {
      const auto& [file, record] = run.evaluations[i];
      const ScoreSummary summary = Summarize(record.scores);
      rows += fmt::format(
          "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td "
          "class=\"n\">{}</td></tr>\n",
          EscapeMarkup(run.name), EscapeMarkup(file.lexically_relative(run.path).string()),
          EscapeMarkup(TermsOf(record)), record.scores.size(), NumberText(summary.mean));
    }
  }
  if (rows.empty()) return "";
  return fmt::format(
      "<details><summary>Other evaluations</summary><div "
      "class=\"scroll\"><table><thead><tr><th>Run</th>"
      "<th>File</th><th>Terms</th><th class=\"n\">Games</th><th "
      "class=\"n\">Mean</th></tr></thead>\n"
      "<tbody>{}</tbody></table></div></details>\n",
      rows);
}

}  // namespace

std::string ScoreSection(const ReportedRuns& runs) {
  std::vector<Row> rows;
  std::optional<ReportedScore> only;
  std::int64_t frames = 0;
  for (std::size_t i = 0; i < runs.agents.size(); ++i) {
    const auto score = ScoreOf(runs.agents[i]);
    if (!score) continue;
    if (runs.agents.size() == 1) only = score;
    rows.push_back({runs.agents[i].name, score->basis, score->mean, score->interval, i});
  }
  for (const RunContents& run : runs.runs) frames = std::max(frames, run.Frames());
  if (rows.empty()) {
    return "<section><h2>Score</h2><p>No episode has ended yet, and no evaluation was found.</p>"
           "</section>\n";
  }
  const HumanScore* human = FindHumanScore(runs.game);
  if (human != nullptr) {
    rows.push_back({"random play", "Wang et al. 2016", human->random, std::nullopt, std::nullopt});
    rows.push_back({"human", "Wang et al. 2016", human->human, std::nullopt, std::nullopt});
  }
  for (const PublishedScore& published : PublishedScoresAt(runs.game, frames)) {
    rows.push_back({std::string(published.algorithm),
                    fmt::format("{}, {} million frames", published.source,
                                static_cast<double>(published.frames) / 1e6),
                    published.score, std::nullopt, std::nullopt});
  }
  return fmt::format(
      "<section class=\"{}\"><h2>Score</h2>\n<div class=\"score\">{}{}</div>\n{}{}</section>\n",
      only ? "one" : "several", only ? Headline(*only, human) : "", Table(rows, human),
      Advice(runs), OtherEvaluations(runs));
}

}  // namespace arcadeq
