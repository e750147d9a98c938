#include "report/page_chart.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/quantity_text.h"
#include "plot/axis.h"
#include "plot/layout.h"
#include "plot/line_chart.h"
#include "plot/markup.h"
#include "plot/styles.h"
#include "plot/svg.h"
#include "report/number_text.h"

namespace arcadeq {
namespace {

constexpr int kXTicks = 7, kYTicks = 5;
constexpr double kSize = 1000;       // of the lines' coordinates, both ways
constexpr double kMostStretch = 2;   // of the y axis by references
constexpr double kLabelSpacing = 9;  // in percent of the height, of the labels at the ends of lines
constexpr double kLowestLabel = 1, kHighestLabel = 99;
constexpr double kTickRoom = 1e-9;

// Where a polyline is at x; none outside it. A single point is a horizontal line.
std::optional<double> HeightAt(std::span<const Point> line, double x) {
  if (line.size() == 1) return line.front().y;
  const auto next = std::ranges::upper_bound(line, x, {}, &Point::x);
  if (next == line.begin()) return std::nullopt;
  const Point& before = *std::prev(next);
  if (next == line.end()) return before.x == x ? std::optional(before.y) : std::nullopt;
  return before.y + (next->y - before.y) * (x - before.x) / (next->x - before.x);
}

std::size_t StyleIn(const std::vector<std::size_t>& styles, std::size_t series) {
  return series < styles.size() ? styles[series] : series;
}

std::string Dashes(std::size_t style) {
  const std::string_view dashes = DashesOf(style);
  return dashes.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dashes);
}

class Drawing {
 public:
  explicit Drawing(const PageChart& chart)
      : chart_(chart), x_(RangeOfX(chart.series)), y_(MakeYAxis()) {}

  std::string Text() {
    html_ = fmt::format(
        "<figure class=\"chart\"><figcaption>{}{}</figcaption>\n", EscapeMarkup(chart_.title),
        chart_.legend && chart_.series.size() > 1 ? DrawLegend(chart_.series, chart_.styles) : "");
    html_ += "<div class=\"plot\"><div class=\"y\">";
    for (std::size_t i = 0; i < y_.values.size(); ++i) {
      html_ += fmt::format("<span style=\"bottom:{:.2f}%\">{}</span>", 100 * Y(y_.values[i]),
                           TickText(y_.labels[i]));
    }
    html_ += "</div>\n<div class=\"area\">";
    DrawLines();
    DrawPins();
    html_ += "</div>\n";
    DrawEnds();
    html_ += "<div class=\"x\">";
    const Ticks ticks(x_.low(), x_.high(), kXTicks);
    for (std::size_t i = 0; i < ticks.values.size(); ++i) {
      const double share = x_.Share(ticks.values[i]);
      if (share < -kTickRoom || share > 1 + kTickRoom) continue;
      html_ += fmt::format("<span style=\"left:{:.2f}%\">{}</span>", 100 * share,
                           TickText(ticks.labels[i]));
    }
    html_ +=
        fmt::format("</div><div class=\"xlabel\">{}</div></div>\n", EscapeMarkup(chart_.x_label));
    if (!above_.empty()) {
      html_ += fmt::format("<p class=\"note\">Above this chart: {}.</p>\n", EscapeMarkup(above_));
    }
    return html_ + "</figure>\n";
  }

 private:
  struct Shown {
    const ChartReference* reference;
    double end;  // its height at the right
  };

  // Also chooses the references to show.
  Ticks MakeYAxis() {
    AxisRange range = RangeOfY(chart_.series);
    const double most = kMostStretch * range.high();
    for (const ChartReference& reference : chart_.references) {
      const auto end = HeightAt(reference.points, x_.high());
      if (!end) continue;
      if (*end <= most) {
        range.Include(*end);
        references_.push_back({&reference, *end});
      } else {
        above_ +=
            fmt::format("{}{} {}", above_.empty() ? "" : ", ", reference.name, NumberText(*end));
      }
    }
    return Ticks(range.low(), range.high(), kYTicks);
  }

  double Y(double y) const { return (y - y_.low()) / (y_.high() - y_.low()); }

  // With separators of thousands.
  static std::string TickText(const std::string& label) {
    if (label.size() <= 3 || label.size() > 15 ||
        label.find_first_not_of("-0123456789") != std::string::npos) {
      return label;
    }
    return FormatCount(std::stoll(label));
  }

  std::size_t StyleOf(std::size_t series) const { return StyleIn(chart_.styles, series); }

  std::string Points(std::span<const Point> points) const {
    std::string text;
    for (const Point& point : points) AddPoint(point.x, point.y, text);
    return text;
  }
  void AddPoint(double x, double y, std::string& text) const {
    if (!text.empty()) text += ' ';
    text += fmt::format("{:.1f},{:.1f}", kSize * x_.Share(x), kSize * (1 - Y(y)));
  }

  void DrawLines() {
    html_ += fmt::format(
        "<svg viewBox=\"0 0 {0} {0}\" preserveAspectRatio=\"none\" role=\"img\" "
        "aria-label=\"{1}\">\n",
        kSize, EscapeMarkup(Description()));
    for (const double value : y_.values) {
      html_ += fmt::format("<line class=\"{}\" x1=\"0\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                           value == 0 ? "zero" : "grid", kSize, kSize * (1 - Y(value)),
                           kSize * (1 - Y(value)));
    }
    for (const Shown& shown : references_) DrawReference(shown);
    for (std::size_t i = 0; i < chart_.series.size(); ++i) DrawSeries(i);
    html_ += "</svg>";
  }

  // What the lines show, for those who cannot see them.
  std::string Description() const {
    std::string text = fmt::format("{} over {}.", chart_.title, chart_.x_label);
    for (const ChartSeries& series : chart_.series) {
      if (const Point* end = EndOf(series)) {
        text += fmt::format(" {} ends at {}.", series.name, NumberText(end->y));
      }
    }
    for (const Shown& shown : references_) {
      text += fmt::format(" {}: {}.", shown.reference->name, NumberText(shown.end));
    }
    return text;
  }

  void DrawReference(const Shown& shown) {
    std::vector<Point> points = shown.reference->points;
    if (points.size() == 1) {
      points = {{x_.low(), points.front().y}, {x_.high(), points.front().y}};
    }
    html_ += fmt::format("<polyline class=\"reference\" points=\"{}\"/>\n", Points(points));
  }

  void DrawSeries(std::size_t index) {
    const ChartSeries& series = chart_.series[index];
    const std::size_t style = StyleOf(index);
    html_ += fmt::format("<g class=\"c{}\"><title>{}</title>", ColourNumber(style),
                         EscapeMarkup(series.name));
    if (!series.band.empty()) {
      std::string corners;
      for (const auto& point : series.band) AddPoint(point.x, point.high, corners);
      for (auto point = series.band.rbegin(); point != series.band.rend(); ++point) {
        AddPoint(point->x, point->low, corners);
      }
      html_ += fmt::format("<polygon class=\"band\" points=\"{}\"/>", corners);
    }
    for (const auto& line : series.thin) {
      html_ += fmt::format("<polyline class=\"thin\" points=\"{}\"/>", Points(line));
    }
    if (!series.thick.empty()) {
      html_ += fmt::format("<polyline class=\"thick\"{} points=\"{}\"/>", Dashes(style),
                           Points(series.thick));
    }
    html_ += "</g>\n";
  }

  void DrawPins() {
    for (const ChartPin& pin : chart_.pins) {
      html_ += fmt::format(
          "<label class=\"pin c{}\" for=\"{}\" title=\"{}\" "
          "style=\"left:{:.2f}%;bottom:{:.2f}%\"></label>",
          ColourNumber(StyleOf(pin.series)), EscapeMarkup(pin.input), EscapeMarkup(pin.title),
          100 * x_.Share(pin.point.x), 100 * Y(pin.point.y));
    }
  }

  // The labels at the right: those of the series, if there are several, and of the references. A
  // line joins each with what it names.
  void DrawEnds() {
    struct End {
      std::string colour, name;
    };
    std::vector<End> ends;
    std::vector<double> heights;
    if (chart_.series.size() > 1) {
      for (std::size_t i = 0; i < chart_.series.size(); ++i) {
        const Point* end = EndOf(chart_.series[i]);
        if (end == nullptr) continue;
        ends.push_back({fmt::format("c{}", ColourNumber(StyleOf(i))), chart_.series[i].name});
        heights.push_back(100 * Y(end->y));
      }
    }
    for (const Shown& shown : references_) {
      ends.push_back({"", fmt::format("{} {}", shown.reference->name, NumberText(shown.end))});
      heights.push_back(100 * Y(shown.end));
    }
    if (ends.empty()) return;
    const double spacing = std::min(
        kLabelSpacing, (kHighestLabel - kLowestLabel) / static_cast<double>(heights.size()));
    const std::vector<double> placed = SpreadApart(heights, spacing, kLowestLabel, kHighestLabel);
    std::string lines, texts;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const std::string name = EscapeMarkup(ends[i].name);
      lines += fmt::format("<line class=\"{}\" x1=\"0\" x2=\"10\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                           ends[i].colour.empty() ? "grid" : ends[i].colour + " lead",
                           10 * (100 - heights[i]), 10 * (100 - placed[i]));
      texts += fmt::format("<span class=\"{0}\" style=\"bottom:{1:.2f}%\" title=\"{2}\">{2}</span>",
                           ends[i].colour, placed[i], name);
    }
    html_ += fmt::format(
        "<div class=\"ends\"><svg viewBox=\"0 0 10 1000\" preserveAspectRatio=\"none\" "
        "aria-hidden=\"true\">{}</svg>{}</div>\n",
        lines, texts);
  }

  const PageChart& chart_;
  const AxisRange x_;
  std::vector<Shown> references_;
  std::string above_;
  const Ticks y_;
  std::string html_;
};

}  // namespace

std::string DrawLegend(const std::vector<ChartSeries>& series,
                       const std::vector<std::size_t>& styles) {
  std::string legend = "<span class=\"legend\">";
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::size_t style = StyleIn(styles, i);
    legend += fmt::format(
        "<span class=\"c{}\"><svg class=\"swatch\" viewBox=\"0 0 30 8\" aria-hidden=\"true\">"
        "<line class=\"thick\" x1=\"0\" y1=\"4\" x2=\"30\" y2=\"4\"{}/></svg>{}</span>",
        ColourNumber(style), Dashes(style), EscapeMarkup(series[i].name));
  }
  return legend + "</span>";
}

std::string DrawPageChart(const PageChart& chart) {
  return Drawing(chart).Text();
}

std::string SeriesColoursCss() {
  std::string light, dark, classes;
  for (std::size_t i = 0; i < kSeriesColours.size(); ++i) {
    light += fmt::format("--c{}:{};", i, kSeriesColours[i]);
    dark += fmt::format("--c{}:{};", i, kSeriesColoursOnDark[i]);
    classes += fmt::format(".c{0}{{--c:var(--c{0})}}\n", i);
  }
  return fmt::format(
      ":root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n{}", light, dark,
      classes);
}

}  // namespace arcadeq
