#include "record/console/dashboard.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "record/console/score_curve.h"
#include "record/console/score_history.h"
#include "record/console/styled_text.h"
#include "record/console/terminal.h"
#include "record/event.h"
#include "record/run_status.h"

namespace arcadeq {
namespace {

constexpr int kMinColumns = 60, kMinRows = 14, kMaxColumns = 120;
constexpr int kTextLines = 8;  // besides the curve's
constexpr int kMinCurveLines = 3, kMaxCurveLines = 10;
constexpr int kNameColumns = 9;   // of a line's name, or of the scores beside the curve
constexpr int kMarkColumns = 16;  // of the names of marks

std::string ScoreText(double score) {
  const double size = std::abs(score);
  if (size >= 1000) return FormatCount(std::llround(score));
  return fmt::format("{:.{}f}", score, size < 10 ? 2 : 1);
}

std::string PercentText(double share) {
  return fmt::format("{:.0f} %", 100 * share);
}

std::string AdvanceText(const RunStatus& status) {
  const auto limit = status.NearestLimit();
  if (!limit) return FormatCount(status.progress().step) + " steps";
  return fmt::format("{} of {} {}", FormatCount(limit->done), FormatCount(limit->target),
                     limit->unit);
}

// The lines of one dashboard.
class Drawing {
 public:
  Drawing(const TerminalSize& size, const TerminalStyle& style)
      : columns_(std::min(size.columns - 1, kMaxColumns)), style_(style) {}

  std::vector<std::string> Take() { return std::move(lines_); }

  void Title(std::string_view game, std::string_view advance) {
    StyledText left, right;
    left.Add(Glyph("─", "-"), Ink::kDim).Add(" ").Add(game, Ink::kBold).Add(" ");
    right.Add(" ").Add(advance).Add(" ").Add(Glyph("─", "-"), Ink::kDim);
    left.Repeat(Glyph("─", "-"), columns_ - left.width() - right.width(), Ink::kDim).Add(right);
    Line(left);
  }

  // A bar and the time, which stands alone if there is no limit.
  void Bar(const std::optional<double>& share, std::string_view time) {
    StyledText line;
    if (share) {
      const std::string text = fmt::format("  {:>5}", PercentText(*share));
      const int room = columns_ - DisplayWidth(text) - DisplayWidth(time) - 2;
      const int done = static_cast<int>(std::lround(*share * room));
      line.Repeat(Glyph("█", "#"), done, Ink::kCurve);
      line.Repeat(Glyph("░", "."), room - done, Ink::kDim);
      line.Add(text).Add("  ");
    }
    Line(line.Add(time));
  }

  // A name and some items: as many as fit.
  void Items(std::string_view name, const std::vector<StyledText>& items) {
    StyledText line;
    line.Add(fmt::format("{:<{}}", name, kNameColumns), Ink::kDim);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string_view gap = i > 0 ? "   " : "";
      if (line.width() + DisplayWidth(gap) + items[i].width() > columns_) break;
      line.Add(gap).Add(items[i]);
    }
    Line(line);
  }

  void Curve(const ScoreHistory& history, const RunBegan& began, double random, int rows);

 private:
  std::string_view Glyph(std::string_view utf8, std::string_view ascii) const {
    return style_.utf8 ? utf8 : ascii;
  }
  // Without trailing spaces, which a terminal that becomes narrower would wrap.
  void Line(const StyledText& line) {
    std::string text = line.Render(columns_, style_.colours);
    text.erase(text.find_last_not_of(' ') + 1);
    lines_.push_back(std::move(text));
  }

  int columns_;
  TerminalStyle style_;
  std::vector<std::string> lines_;
};

// The scores of the curve and of random play, and a human's if it is not far beyond them.
struct Scale {
  ScoreRange range;
  std::vector<double> marks;
  bool human_above = false;

  Scale(std::span<const double> scores, double random, double human) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    range = {kInfinity, -kInfinity};
    const auto include = [this](double score) {
      if (std::isnan(score)) return;
      range.low = std::min(range.low, score);
      range.high = std::max(range.high, score);
    };
    for (const double score : scores) include(score);
    include(random);
    if (!std::isnan(random)) marks.push_back(random);
    if (!std::isnan(human)) {
      human_above = human - range.low > 2 * (range.high - range.low);
      if (!human_above) {
        include(human);
        marks.push_back(human);
      }
    }
    if (range.low > range.high) range = {0, 1};
    if (range.low == range.high) range.high = range.low + 1;
  }
};

void Drawing::Curve(const ScoreHistory& history, const RunBegan& began, double random, int rows) {
  const Scale scale(history.points(), random, began.human_score);
  std::vector<std::string> names(static_cast<std::size_t>(rows));
  const auto name = [&](double score, std::string_view text) {
    if (std::isnan(score)) return;
    names[static_cast<std::size_t>(RowOf(score, scale.range, rows))] =
        fmt::format("{} {}", text, ScoreText(score));
  };
  name(random, "random");
  name(began.human_score, scale.human_above ? Glyph("↑ human", "^ human") : "human");

  const auto curve = DrawCurve(history.points(), scale.marks, scale.range,
                               columns_ - kNameColumns - kMarkColumns, rows, style_.utf8);
  for (int row = 0; row < rows; ++row) {
    std::string score;
    if (!history.points().empty() && row == 0) score = ScoreText(scale.range.high);
    if (!history.points().empty() && row == rows - 1) score = ScoreText(scale.range.low);
    StyledText line;
    line.Add(fmt::format("{:>{}} ", score, kNameColumns - 1), Ink::kDim);
    line.Add(curve[static_cast<std::size_t>(row)]);
    if (const std::string& mark = names[static_cast<std::size_t>(row)]; !mark.empty()) {
      line.Add(" ").Add(mark, Ink::kMark);
    }
    Line(line);
  }
}

StyledText Item(std::string_view text) {
  return StyledText().Add(text);
}

StyledText Item(std::string_view name, std::string_view value) {
  return StyledText().Add(name, Ink::kDim).Add(" ").Add(value);
}

std::string TimeText(const RunStatus& status, double seconds_since) {
  std::string time = FormatDuration(status.progress().wall_seconds + seconds_since);
  const auto left = status.SecondsLeft();
  if (!left) return time;
  return fmt::format("{}, {} left", time, FormatDuration(*left - seconds_since));
}

std::vector<StyledText> SpeedItems(const RunStatus& status) {
  return {Item(FormatCount(std::llround(status.progress().steps_per_second)) + " steps/s"),
          Item(FormatCount(std::llround(status.FramesPerSecond())) + " frames/s")};
}

// The phases that round to at least 1 %.
std::vector<StyledText> TimeItems(const std::vector<NamedValue>& shares) {
  std::vector<StyledText> items;
  for (const auto& [phase, share] : shares) {
    if (share >= 0.005) items.push_back(Item(phase, PercentText(share)));
  }
  return items;
}

std::vector<StyledText> ScoreItems(const RunStatus& status) {
  const auto mean = status.MeanReturn();
  if (!mean) return {Item("no episode has ended yet")};
  std::vector<StyledText> items = {
      StyledText()
          .Add(ScoreText(*mean), Ink::kBold)
          .Add(fmt::format(" mean of the last {}", status.last_episodes()), Ink::kDim)};
  const RunBegan& began = status.began();
  if (!std::isnan(began.human_score)) {
    items.push_back(
        Item("human-normalised",
             PercentText((*mean - began.random_score) / (began.human_score - began.random_score))));
  }
  items.push_back(Item("episodes", FormatCount(status.episodes())));
  return items;
}

std::vector<StyledText> LearningItems(const Progress& progress) {
  std::vector<StyledText> items = {Item("epsilon", fmt::format("{:.3f}", progress.epsilon))};
  if (!progress.learning) items.push_back(Item("not learning yet"));
  if (!std::isnan(progress.loss)) {
    items.push_back(Item("loss", fmt::format("{:.5f}", progress.loss)));
    items.push_back(Item("mean Q", fmt::format("{:.3f}", progress.mean_q)));
  }
  return items;
}

std::vector<StyledText> MemoryItems(const RunStatus& status) {
  const std::int64_t frames = status.progress().replay_frames;
  const std::int64_t capacity = status.began().replay_capacity;
  std::vector<StyledText> items = {Item(FormatBytes(status.progress().resident_bytes))};
  if (capacity > 0) {
    items.push_back(Item(
        "replay",
        fmt::format("{} of {} frames ({})", FormatCount(frames), FormatCount(capacity),
                    PercentText(static_cast<double>(frames) / static_cast<double>(capacity)))));
  } else if (status.began().window_steps > 0) {
    items.push_back(Item("rollout", FormatCount(status.began().window_steps) + " steps"));
  }
  return items;
}

std::vector<StyledText> DeadUnitItems(const std::vector<NamedValue>& layers) {
  std::vector<StyledText> items;
  items.reserve(layers.size());
  for (const auto& [layer, share] : layers) {
    items.push_back(
        StyledText()
            .Add(layer + " ", Ink::kDim)
            .Add(PercentText(share), share >= kTooManyDead ? Ink::kWarning : Ink::kPlain));
  }
  if (items.empty()) items.push_back(Item("not inspected yet"));
  return items;
}

}  // namespace

bool DashboardFits(const TerminalSize& size) {
  return size.columns >= kMinColumns && size.rows >= kMinRows;
}

std::vector<std::string> Dashboard(const RunStatus& status, const ScoreHistory& history,
                                   double seconds_since, const TerminalSize& size,
                                   const TerminalStyle& style) {
  const RunBegan& began = status.began();
  const Progress& progress = status.progress();
  const auto limit = status.NearestLimit();
  Drawing drawing(size, style);
  drawing.Title(began.game, AdvanceText(status));
  drawing.Bar(limit ? std::optional(limit->share) : std::nullopt, TimeText(status, seconds_since));
  drawing.Items("speed", SpeedItems(status));
  drawing.Items("time", TimeItems(progress.time_shares));
  drawing.Items("score", ScoreItems(status));
  // Half of the rest is for the lines above.
  const int curve_lines =
      std::clamp((size.rows - kTextLines - 1) / 2, kMinCurveLines, kMaxCurveLines);
  drawing.Curve(history, began, status.RandomScore(), curve_lines);
  drawing.Items("learning", LearningItems(progress));
  drawing.Items("memory", MemoryItems(status));
  drawing.Items("dead", DeadUnitItems(status.dead_units()));
  return drawing.Take();
}

}  // namespace arcadeq
