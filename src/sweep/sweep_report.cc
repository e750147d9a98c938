#include "sweep/sweep_report.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text_table.h"
#include "evaluate/evaluation_record.h"
#include "plot/line_chart.h"
#include "plot/svg.h"
#include "record/episode_table.h"
#include "stats/bootstrap.h"
#include "stats/score_summary.h"
#include "sweep/learning_curve.h"
#include "sweep/run_result.h"
#include "sweep/sweep_plan.h"
#include "train/run_directory.h"

namespace arcadeq {
namespace {

constexpr int kCurvePoints = 400;

std::vector<const ReportedRun*> RunsOf(const std::string& variant,
                                       const std::vector<ReportedRun>& runs) {
  std::vector<const ReportedRun*> found;
  for (const ReportedRun& run : runs) {
    if (run.run.variant == variant) found.push_back(&run);
  }
  return found;
}

// The mean return of the last 100 episodes; there must be one.
double LastMean(const ReportedRun& run) {
  return MeanOf(LastReturns(run.episodes));
}

std::vector<std::string> TableRow(const Variant& variant, const std::vector<ReportedRun>& runs) {
  std::vector<std::string> seeds;
  std::vector<double> scores, last_means, minutes;
  for (const ReportedRun* run : RunsOf(variant.name, runs)) {
    if (!run->result) {
      seeds.emplace_back("-");
      continue;
    }
    scores.push_back(run->result->Summary().mean);
    seeds.push_back(fmt::format("{:.1f}", scores.back()));
    if (!run->episodes.empty()) last_means.push_back(LastMean(*run));
    minutes.push_back(run->result->counters.seconds / 60);
  }
  const auto mean = [](const std::vector<double>& values) {
    return values.empty() ? "-" : fmt::format("{:.1f}", MeanOf(values));
  };
  std::string interval = "-";
  if (scores.size() >= 2) {
    const auto [low, high] = BootstrapInterval(scores);
    interval = fmt::format("{:.1f} to {:.1f}", low, high);
  }
  std::vector<std::string> row = {variant.name, fmt::format("{}/{}", scores.size(), seeds.size()),
                                  mean(scores), interval};
  row.insert(row.end(), seeds.begin(), seeds.end());
  row.insert(row.end(), {mean(last_means), mean(minutes)});
  return row;
}

std::int64_t MostFrames(const std::vector<ReportedRun>& runs) {
  std::int64_t frames = 0;
  for (const ReportedRun& run : runs) {
    if (!run.episodes.empty()) frames = std::max(frames, run.episodes.back().frame);
  }
  return frames;
}

ChartPanel MakePanel(const SweepPlan& plan, const std::vector<ReportedRun>& runs,
                     const CurveAxis& axis) {
  double end = 0;
  for (const ReportedRun& run : runs) {
    if (!run.episodes.empty()) end = std::max(end, axis.Of(run.episodes.back()));
  }
  ChartPanel panel{axis.label, "score, mean of the last 100 episodes", {}};
  for (const Variant& variant : plan.variants) {
    std::vector<std::vector<Point>> curves;
    std::vector<std::size_t> all, complete;
    for (const ReportedRun* run : RunsOf(variant.name, runs)) {
      if (run->episodes.empty()) continue;
      if (run->result) complete.push_back(curves.size());
      all.push_back(curves.size());
      curves.push_back(LearningCurve(run->episodes, axis));
    }
    panel.series.push_back(
        MakeSeries(variant.name, curves, complete.empty() ? all : complete, end, kCurvePoints));
  }
  return panel;
}

}  // namespace

std::vector<ReportedRun> ReadRuns(const std::vector<SweepRun>& runs,
                                  std::vector<std::string>& messages) {
  std::vector<ReportedRun> reported;
  for (const SweepRun& run : runs) {
    ReportedRun& added = reported.emplace_back(ReportedRun{run, {}, std::nullopt});
    try {
      const std::optional<RunResult> result = ReadResult(run.result);
      if (result) CheckGame(result->evaluation, run.config.env.game, run.result.string());
      added.result = result;
    } catch (const UserError& error) {
      messages.emplace_back(error.what());
    }
    try {
      const std::filesystem::path file = RunDirectory::At(run.directory).episodes_csv();
      EpisodeTable table = ReadEpisodes(file);
      added.episodes = std::move(table.rows);
      if (!table.damage.empty()) messages.push_back(table.damage + "; left out");
      std::error_code error;
      const auto kind = std::filesystem::status(file, error).type();
      if (added.result && kind == std::filesystem::file_type::not_found) {
        messages.push_back(file.string() + " is missing: the plot lacks this run's curve");
      }
    } catch (const UserError& error) {
      messages.emplace_back(error.what());
    }
  }
  return reported;
}

std::string ResultsCsv(const std::vector<ReportedRun>& runs) {
  std::string csv =
      "variant,seed,steps,frames,minutes,last_100_mean,evaluation_mean,evaluation_sd,games\n";
  for (const ReportedRun& run : runs) {
    if (run.episodes.empty() && !run.result) continue;
    std::string last_mean;
    RunCounters counters;
    if (!run.episodes.empty()) {
      last_mean = fmt::format("{}", LastMean(run));
      counters.steps = run.episodes.back().step;
      counters.frames = run.episodes.back().frame;
      counters.seconds = run.episodes.back().wall_seconds;
    }
    std::string evaluation = ",,";
    if (run.result) {
      counters = run.result->counters;
      const ScoreSummary summary = run.result->Summary();
      evaluation =
          fmt::format("{},{},{}", summary.mean, summary.standard_deviation, run.result->games());
    }
    csv += fmt::format("{},{},{},{},{:.3f},{},{}\n", run.run.variant, run.run.seed, counters.steps,
                       counters.frames, counters.seconds / 60, last_mean, evaluation);
  }
  return csv;
}

std::string ResultsTable(const SweepPlan& plan, const std::vector<ReportedRun>& runs) {
  TextTable table;
  std::vector<std::string> head = {"variant", "runs", "mean score", "95 % interval"};
  for (const std::int64_t seed : plan.seeds) head.push_back(fmt::format("seed {}", seed));
  head.insert(head.end(), {"last 100", "minutes"});
  table.Add(head);
  for (const Variant& variant : plan.variants) table.Add(TableRow(variant, runs));
  return table.Text();
}

std::string CurvesSvg(const SweepPlan& plan, const std::vector<ReportedRun>& runs) {
  const std::vector<ChartPanel> panels = {MakePanel(plan, runs, FramesAxis(MostFrames(runs))),
                                          MakePanel(plan, runs, MinutesAxis())};
  return DrawLineChart(fmt::format("{}: every seed, and the mean with its 95 % interval",
                                   std::filesystem::path(plan.file).stem().string()),
                       panels);
}

void WriteReports(const SweepPlan& plan, const std::vector<ReportedRun>& runs) {
  const std::filesystem::path out = plan.out;
  WriteFileAtomically(out / "results.csv", ResultsCsv(runs));
  WriteFileAtomically(out / "curves.svg", CurvesSvg(plan, runs));
}

}  // namespace arcadeq
