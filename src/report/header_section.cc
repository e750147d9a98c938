#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/quantity_text.h"
#include "config/preset_difference.h"
#include "plot/markup.h"
#include "report/agents.h"
#include "report/run_contents.h"
#include "report/sections.h"
#include "report/videos.h"

namespace arcadeq {
namespace {

std::string Fact(std::string_view name, std::string_view value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, EscapeMarkup(value));
}

// One value, or the range of several.
template <typename Format>
std::string RangeText(std::vector<double> values, Format format) {
  const auto [low, high] = std::ranges::minmax(values);
  const std::string first = format(low), last = format(high);
  return first == last ? first : fmt::format("{} to {}", first, last);
}

template <typename ValueOf>
std::vector<double> ValuesOf(const ReportedRuns& runs, ValueOf value_of) {
  std::vector<double> values;
  values.reserve(runs.runs.size());
  for (const RunContents& run : runs.runs) values.push_back(static_cast<double>(value_of(run)));
  return values;
}

std::string PresetsOf(const ReportedRuns& runs) {
  std::set<std::string> names;
  for (const ReportedAgent& agent : runs.agents) {
    const RunContents& run = *agent.runs.front();
    if (!run.config) continue;
    const PresetDifference difference = DifferenceFromNearestPreset(*run.config);
    const bool same = difference.changes.empty() && run.foreign_settings.empty();
    names.insert(fmt::format("{}{}", difference.preset, same ? "" : ", changed"));
  }
  return fmt::format("{}", fmt::join(names, "; "));
}

std::string Facts(const ReportedRuns& runs) {
  const auto count = [](double value) { return FormatCount(std::llround(value)); };
  std::string facts;
  if (runs.runs.size() > 1) {
    facts += Fact("Runs", runs.agents.size() == runs.runs.size()
                              ? fmt::format("{}", runs.runs.size())
                              : fmt::format("{} of {}", runs.runs.size(),
                                            FormatCount(std::ssize(runs.agents), "agent")));
  }
  if (const std::string presets = PresetsOf(runs); !presets.empty())
    facts += Fact("Preset", presets);
  facts += Fact("Steps", RangeText(ValuesOf(runs, [](auto& run) { return run.Steps(); }), count));
  facts += Fact("Frames", RangeText(ValuesOf(runs, [](auto& run) { return run.Frames(); }), count));
  facts +=
      Fact("Episodes", RangeText(ValuesOf(runs, [](auto& run) { return run.Episodes(); }), count));
  facts += Fact("Training time",
                RangeText(ValuesOf(runs, [](auto& run) { return run.Seconds(); }), FormatDuration));
  const auto running = std::ranges::count_if(runs.runs, &RunContents::in_progress);
  if (running > 0) {
    facts += Fact("Status", runs.runs.size() == 1
                                ? "in progress"
                                : fmt::format("{} of {} in progress", running, runs.runs.size()));
  }
  return facts;
}

}  // namespace

std::string GameTitle(const ReportedRuns& runs) {
  if (runs.game.empty()) return "Unknown game";
  std::string title = runs.game;
  bool begins = true;
  for (char& c : title) {
    if (c == '_') c = ' ';
    if (begins) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    begins = c == ' ';
  }
  return title;
}

std::string HeaderSection(const ReportedRuns& runs, const EmbeddedVideos& videos) {
  std::vector<std::string> names;
  names.reserve(runs.agents.size());
  for (const ReportedAgent& agent : runs.agents) names.push_back(EscapeMarkup(agent.name));
  std::string html = fmt::format(
      "<header>\n<p class=\"kicker\">arcadeq report</p>\n<h1>{}</h1>\n<p class=\"names\">{}</p>\n"
      "<dl class=\"facts\">{}</dl>\n</header>\n",
      EscapeMarkup(GameTitle(runs)), fmt::join(names, ", "), Facts(runs));
  std::string notes;
  const auto add = [&notes](const std::vector<std::string>& lines) {
    for (const std::string& note : lines) notes += fmt::format("<li>{}</li>\n", EscapeMarkup(note));
  };
  for (const RunContents& run : runs.runs) add(run.notes);
  add(videos.notes);
  if (!notes.empty()) {
    html += fmt::format(
        "<aside class=\"problems\"><h2>Left out of this report</h2>\n<ul>{}</ul></aside>\n", notes);
  }
  return html;
}

}  // namespace arcadeq
