#include <string>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "config/preset_difference.h"
#include "plot/markup.h"
#include "report/agents.h"
#include "report/number_text.h"
#include "report/run_contents.h"
#include "report/score.h"
#include "report/sections.h"
#include "train/run_counters.h"

namespace arcadeq {
namespace {

std::string StatusOf(const RunContents& run) {
  if (run.in_progress) return "in progress";
  if (!run.config) return "";
  const RunCounters counters{.steps = run.Steps(),
                             .frames = run.Frames(),
                             .episodes = run.Episodes(),
                             .updates = 0,
                             .seconds = 0};
  return LimitReached(run.config->train, counters).empty() ? "stopped early, or nearly complete"
                                                           : "complete";
}

std::string Row(const RunContents& run) {
  const auto score = ScoreOf(run);
  const auto cell = [](const std::string& text) {
    return fmt::format("<td class=\"n\">{}</td>", EscapeMarkup(text));
  };
  return fmt::format(
      "<tr><th scope=\"row\">{}</th>{}{}{}{}{}{}<td>{}</td><td>{}</td></tr>\n",
      EscapeMarkup(run.name), cell(run.config ? fmt::format("{}", run.config->train.seed) : ""),
      cell(score ? NumberText(score->mean) : ""), cell(FormatCount(run.Steps())),
      cell(FormatCount(run.Frames())), cell(FormatDuration(run.Seconds())),
      cell(run.program_version), EscapeMarkup(run.host), EscapeMarkup(StatusOf(run)));
}

}  // namespace

std::string RunsSection(const ReportedRuns& runs) {
  std::string rows, commands;
  for (const RunContents& run : runs.runs) {
    rows += Row(run);
    // A command cannot give settings that this version does not know.
    if (!run.config || !run.foreign_settings.empty()) continue;
    commands += EscapeMarkup(TrainCommand(*run.config)) + "\n";
  }
  if (!commands.empty()) {
    commands = fmt::format(
        "<h3>To repeat {}</h3>\n<p class=\"note\">The same version of arcadeq gives the same run, "
        "bit "
        "for bit, on any number of threads.</p>\n<pre>{}</pre>\n",
        runs.runs.size() == 1 ? "the run" : "the runs", commands);
  }
  return fmt::format(
      "<section><h2>{}</h2>\n<div class=\"scroll\"><table class=\"runs\"><thead><tr>"
      "<th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Seed</th>"
      "<th scope=\"col\" class=\"n\">Score</th><th scope=\"col\" class=\"n\">Steps</th>"
      "<th scope=\"col\" class=\"n\">Frames</th><th scope=\"col\" class=\"n\">Time</th>"
      "<th scope=\"col\" class=\"n\">arcadeq</th><th scope=\"col\">Machine</th>"
      "<th scope=\"col\">Status</th></tr></thead>\n<tbody>{}</tbody></table></div>\n{}</section>\n",
      runs.runs.size() == 1 ? "The run" : "The runs", rows, commands);
}

}  // namespace arcadeq
