#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plot/line_chart.h"
#include "plot/markup.h"
#include "plot/svg.h"
#include "record/metrics.h"
#include "record/scalar_table.h"
#include "report/agents.h"
#include "report/page_chart.h"
#include "report/run_contents.h"
#include "report/sections.h"
#include "sweep/learning_curve.h"

namespace arcadeq {
namespace {

constexpr int kPoints = 240;  // of a line

// A chart of one or several scalars. With several runs there is a line for each, of the first one.
struct Diagram {
  std::string_view title;
  std::vector<std::string_view> tags;  // with an asterisk: all that begin with what precedes it
  std::string_view note;               // empty: the explanation of the first tag
};

const std::vector<Diagram>& Diagrams() {
  static const std::vector<Diagram> kDiagrams = {
      {"Q-values",
       {"learn/mean_q", "learn/max_q"},
       "means over the batch; they level off when learning goes well, and grow without bound when "
       "it diverges"},
      {"Loss", {"learn/loss"}, ""},
      {"Epsilon", {"policy/epsilon"}, ""},
      {"Share of dead units", {"network/dead_units/*"}, ""},
      {"Throughput, steps per second", {"speed/steps_per_second"}, ""},
      {"Time of an update, milliseconds", {"speed/update_milliseconds"}, ""},
      {"Effective rank", {"network/effective_rank"}, ""},
      {"Evaluation during training", {"evaluation/score"}, ""},
  };
  return kDiagrams;
}

bool IsFamily(std::string_view tag) {
  return tag.ends_with('*');
}

// What tells the tags of a diagram apart: "mean q", or the name in place of the asterisk.
std::string LineName(std::string_view tag) {
  std::string name(tag.substr(tag.rfind('/') + 1));
  std::ranges::replace(name, '_', ' ');
  return name;
}

// The points in a bounded number of equal stretches, each replaced by their mean.
std::vector<Point> Averaged(const std::vector<ScalarPoint>& points, double unit) {
  std::vector<Point> averaged;
  if (points.empty()) return averaged;
  const double width = std::max(1.0, static_cast<double>(points.back().step) / kPoints);
  double stretch = -1;
  int count = 0;
  for (const ScalarPoint& point : points) {
    const auto step = static_cast<double>(point.step);
    if (std::floor(step / width) != stretch) {
      stretch = std::floor(step / width);
      count = 0;
      averaged.emplace_back();
    }
    ++count;
    averaged.back().x += (step / unit - averaged.back().x) / count;
    averaged.back().y += (point.value - averaged.back().y) / count;
  }
  return averaged;
}

// The scalars of a run that a tag of a diagram stands for.
std::vector<std::pair<std::string, const std::vector<ScalarPoint>*>> Find(const RunContents& run,
                                                                          std::string_view tag) {
  std::vector<std::pair<std::string, const std::vector<ScalarPoint>*>> found;
  if (IsFamily(tag)) {
    const std::string_view prefix = tag.substr(0, tag.size() - 1);
    for (auto it = run.scalars.lower_bound(prefix);
         it != run.scalars.end() && it->first.starts_with(prefix); ++it) {
      found.emplace_back(it->first.substr(prefix.size()), &it->second);
    }
  } else if (const auto it = run.scalars.find(tag); it != run.scalars.end()) {
    found.emplace_back(LineName(tag), &it->second);
  }
  return found;
}

// The highest of a family at each step.
std::vector<ScalarPoint> Highest(
    const std::vector<std::pair<std::string, const std::vector<ScalarPoint>*>>& family) {
  std::vector<ScalarPoint> highest = *family.front().second;
  for (const auto& [name, points] : family) {
    for (std::size_t i = 0; i < std::min(points->size(), highest.size()); ++i) {
      highest[i].value = std::max(highest[i].value, (*points)[i].value);
    }
  }
  return highest;
}

PageChart ChartOfOneRun(const Diagram& diagram, const RunContents& run, double unit) {
  PageChart chart;
  for (const std::string_view tag : diagram.tags) {
    for (const auto& [name, points] : Find(run, tag)) {
      chart.series.push_back(
          {.name = name, .thin = {}, .thick = Averaged(*points, unit), .band = {}});
    }
  }
  return chart;
}

PageChart ChartOfRuns(const Diagram& diagram, const ReportedRuns& runs, double unit) {
  PageChart chart;
  for (std::size_t agent = 0; agent < runs.agents.size(); ++agent) {
    ChartSeries series{.name = runs.agents[agent].name, .thin = {}, .thick = {}, .band = {}};
    for (const RunContents* run : runs.agents[agent].runs) {
      const auto found = Find(*run, diagram.tags.front());
      if (!found.empty()) series.thin.push_back(Averaged(Highest(found), unit));
    }
    if (series.thin.empty()) continue;
    // Only thick lines have dashes, which tell agents of one run apart.
    if (series.thin.size() == 1) std::swap(series.thick, series.thin.front());
    if (!series.thick.empty()) series.thin.clear();
    chart.series.push_back(std::move(series));
    chart.styles.push_back(agent);
  }
  return chart;
}

std::string NoteOf(const Diagram& diagram, bool several) {
  std::string note(diagram.note);
  if (note.empty()) {
    const auto metric = std::ranges::find(Metrics(), diagram.tags.front(), &Metric::tag);
    if (metric != Metrics().end()) note = metric->explanation;
  }
  if (several && IsFamily(diagram.tags.front())) note += "; of the layer with the highest";
  if (several && diagram.tags.size() > 1) note += "; drawn here: " + LineName(diagram.tags.front());
  return note;
}

}  // namespace

std::string DiagnosticsSection(const ReportedRuns& runs) {
  const CurveAxis axis = StepsAxis(MostSteps(runs));
  const bool several = runs.runs.size() > 1;
  PageChart legend;  // the one of all agents
  std::string charts;
  std::vector<std::string_view> missing;
  for (const Diagram& diagram : Diagrams()) {
    PageChart chart = several ? ChartOfRuns(diagram, runs, axis.unit)
                              : ChartOfOneRun(diagram, runs.runs.front(), axis.unit);
    if (chart.series.empty()) {
      missing.push_back(diagram.title);
      continue;
    }
    if (several && chart.series.size() > legend.series.size()) legend = chart;
    chart.legend = !several;
    chart.title = diagram.title;
    chart.x_label = axis.label;
    charts += fmt::format("<div class=\"small\">{}<p class=\"note\">{}</p></div>\n",
                          DrawPageChart(chart), EscapeMarkup(NoteOf(diagram, several)));
  }
  if (charts.empty()) return "";
  return fmt::format(
      "<section><h2>Inside the learner</h2>\n{}<div class=\"diagrams\">{}</div>\n{}</section>\n",
      legend.series.size() > 1 ? DrawLegend(legend.series, legend.styles) : "", charts,
      missing.empty()
          ? ""
          : fmt::format("<p class=\"note\">Not recorded: {}.</p>", fmt::join(missing, "; ")));
}

}  // namespace arcadeq
