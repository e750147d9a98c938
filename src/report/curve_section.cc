#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "plot/line_chart.h"
#include "plot/svg.h"
#include "report/agents.h"
#include "report/page_chart.h"
#include "report/run_contents.h"
#include "report/sections.h"
#include "report/videos.h"
#include "stats/published_scores.h"
#include "sweep/learning_curve.h"

namespace arcadeq {
namespace {

constexpr int kCurvePoints = 300;

// An axis of the curves, and how many of its units a frame is, for published curves; 0 if it does
// not count frames.
struct CurveTab {
  std::string_view name;
  CurveAxis axis;
  double units_per_frame;
};

// By the run that has most frames.
double StepsPerFrame(const ReportedRuns& runs) {
  const auto most = std::ranges::max_element(runs.runs, {}, &RunContents::Frames);
  if (most->episodes.empty() || most->Frames() <= 0) return 0;
  return static_cast<double>(most->episodes.back().step) / static_cast<double>(most->Frames());
}

std::vector<ChartReference> References(const ReportedRuns& runs, const CurveTab& tab) {
  std::vector<ChartReference> references;
  if (const HumanScore* human = FindHumanScore(runs.game)) {
    references.push_back({"random", {{0, human->random}}});
    references.push_back({"human", {{0, human->human}}});
  }
  if (tab.units_per_frame <= 0) return references;
  std::string curve;
  for (const PublishedScore& published : PublishedScoresOf(runs.game)) {
    const std::string its_curve = fmt::format("{}{}", published.algorithm, published.source);
    if (its_curve != curve) references.push_back({std::string(published.algorithm), {}});
    curve = its_curve;
    references.back().points.push_back(
        {static_cast<double>(published.frames) * tab.units_per_frame, published.score});
  }
  // A single point is no curve.
  std::erase_if(references, [](const ChartReference& reference) {
    return reference.points.size() == 1 && reference.points.front().x != 0;
  });
  return references;
}

std::vector<ChartPin> Pins(const ReportedRuns& runs, const EmbeddedVideos& videos,
                           const CurveAxis& axis) {
  std::vector<ChartPin> pins;
  for (std::size_t agent = 0; agent < runs.agents.size(); ++agent) {
    for (const RunContents* run : runs.agents[agent].runs) {
      const std::vector<double> means = MeanReturns(run->episodes);
      for (const EmbeddedVideo& embedded : videos.videos) {
        if (embedded.run != run || !embedded.video->row) continue;
        const std::size_t row = *embedded.video->row;
        pins.push_back({{axis.Of(run->episodes[row]), means[row]},
                        embedded.input,
                        "Video of " + DescribeVideo(embedded),
                        agent});
      }
    }
  }
  return pins;
}

PageChart MakeChart(const ReportedRuns& runs, const EmbeddedVideos& videos, const CurveTab& tab) {
  PageChart chart;
  chart.title = "Score, mean of the last 100 episodes";
  chart.x_label = tab.axis.label;
  double end = 0;
  for (const RunContents& run : runs.runs) {
    if (!run.episodes.empty()) end = std::max(end, tab.axis.Of(run.episodes.back()));
  }
  for (std::size_t agent = 0; agent < runs.agents.size(); ++agent) {
    std::vector<std::vector<Point>> curves;
    for (const RunContents* run : runs.agents[agent].runs) {
      if (!run->episodes.empty()) curves.push_back(LearningCurve(run->episodes, tab.axis));
    }
    if (curves.empty()) continue;
    std::vector<std::size_t> all(curves.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    ChartSeries series = MakeSeries(runs.agents[agent].name, curves, all, end, kCurvePoints);
    if (curves.size() == 1) series.thin.clear();  // it would lie beneath the thick one
    chart.series.push_back(std::move(series));
    chart.styles.push_back(agent);
  }
  chart.references = References(runs, tab);
  chart.pins = Pins(runs, videos, tab.axis);
  return chart;
}

}  // namespace

std::int64_t MostSteps(const ReportedRuns& runs) {
  return std::ranges::max(runs.runs, {}, &RunContents::Steps).Steps();
}

std::string CurveSection(const ReportedRuns& runs, const EmbeddedVideos& videos) {
  const bool has_episodes =
      std::ranges::any_of(runs.runs, [](const RunContents& run) { return !run.episodes.empty(); });
  if (!has_episodes) return "";
  std::int64_t frames = 0;
  for (const RunContents& run : runs.runs) frames = std::max(frames, run.Frames());
  const CurveAxis steps_axis = StepsAxis(MostSteps(runs)), frames_axis = FramesAxis(frames);
  const std::array tabs = {
      CurveTab{"Steps", steps_axis, StepsPerFrame(runs) / steps_axis.unit},
      CurveTab{"Frames", frames_axis, 1 / frames_axis.unit},
      CurveTab{"Minutes", MinutesAxis(), 0},
  };
  std::string inputs, panels;
  for (std::size_t i = 0; i < tabs.size(); ++i) {
    inputs += fmt::format(
        "<input type=\"radio\" name=\"axis\" id=\"axis-{0}\"{1}><label "
        "for=\"axis-{0}\">{2}</label>\n",
        i + 1, i == 0 ? " checked" : "", tabs[i].name);
    panels += fmt::format("<div class=\"panel\">{}</div>\n",
                          DrawPageChart(MakeChart(runs, videos, tabs[i])));
  }
  const bool several_seeds = runs.agents.size() < runs.runs.size();
  return fmt::format(
      "<section><h2>Learning curve</h2>\n<div class=\"{}\"><div class=\"tabs\" role=\"group\" "
      "aria-label=\"What the curve is drawn over\">\n{}{}</div>\n{}</div>\n{}</section>\n",
      videos.videos.empty() ? "" : "beside", inputs, panels, VideoViewer(runs, videos),
      several_seeds ? "<p class=\"note\">Thin lines are single seeds; the thick line is their mean "
                      "and the band its 95 % bootstrap interval.</p>"
                    : "");
}

}  // namespace arcadeq
