#include "plot/svg.h"

#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "plot/markup.h"

namespace arcadeq {
namespace {

// Rounds to a hundredth of a pixel.
std::string Number(double value) {
  const double rounded = std::round(100 * value) / 100;
  return fmt::format("{}", rounded == 0 ? 0.0 : rounded);  // no "-0"
}

std::string Points(std::span<const Point> points) {
  std::string text;
  for (const Point& point : points) {
    if (!text.empty()) text += ' ';
    text += Number(point.x) + ',' + Number(point.y);
  }
  return text;
}

std::string Attributes(const Stroke& stroke) {
  std::string text =
      fmt::format("stroke=\"{}\" stroke-width=\"{}\"", stroke.colour, Number(stroke.width));
  if (!stroke.dashes.empty()) text += fmt::format(" stroke-dasharray=\"{}\"", stroke.dashes);
  if (stroke.opacity < 1) text += fmt::format(" stroke-opacity=\"{}\"", Number(stroke.opacity));
  return text;
}

std::string_view Name(TextStyle::Anchor anchor) {
  switch (anchor) {
    case TextStyle::Anchor::kStart:
      return "start";
    case TextStyle::Anchor::kMiddle:
      return "middle";
    case TextStyle::Anchor::kEnd:
      return "end";
  }
  return "";
}

}  // namespace

SvgWriter::SvgWriter(double width, double height)
    : svg_(fmt::format(
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 "
          "{0} {1}\" font-family=\"sans-serif\">\n<rect width=\"{0}\" height=\"{1}\" "
          "fill=\"#ffffff\"/>\n",
          Number(width), Number(height))) {}

void SvgWriter::BeginGroup(std::string_view title) {
  svg_ += fmt::format("<g><title>{}</title>\n", EscapeMarkup(title));
}

void SvgWriter::EndGroup() {
  svg_ += "</g>\n";
}

void SvgWriter::Line(Point from, Point to, const Stroke& stroke) {
  svg_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n", Number(from.x),
                      Number(from.y), Number(to.x), Number(to.y), Attributes(stroke));
}

void SvgWriter::Polyline(std::span<const Point> points, const Stroke& stroke) {
  svg_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke-linejoin=\"round\" {}/>\n",
                      Points(points), Attributes(stroke));
}

void SvgWriter::Polygon(std::span<const Point> corners, std::string_view colour, double opacity) {
  svg_ += fmt::format("<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{}\"/>\n", Points(corners),
                      colour, Number(opacity));
}

void SvgWriter::Text(Point anchor, std::string_view text, const TextStyle& style) {
  svg_ += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{}\" fill=\"{}\"",
                      Number(anchor.x), Number(anchor.y), Number(style.size), Name(style.anchor),
                      style.colour);
  if (style.bold) svg_ += " font-weight=\"bold\"";
  if (style.degrees != 0) {
    svg_ += fmt::format(" transform=\"rotate({} {} {})\"", Number(style.degrees), Number(anchor.x),
                        Number(anchor.y));
  }
  svg_ += fmt::format(">{}</text>\n", EscapeMarkup(text));
}

std::string SvgWriter::Finish() {
  return std::move(svg_) + "</svg>\n";
}

}  // namespace arcadeq
