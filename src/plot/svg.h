#pragma once

#include <span>
#include <string>
#include <string_view>

namespace arcadeq {

struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
};

// Colours are CSS colours: "#0072b2", "none".
struct Stroke {
  std::string_view colour = "#000000";
  double width = 1;
  std::string_view dashes = "";  // "8 4": lengths of dashes and gaps; empty: solid
  double opacity = 1;
};

struct TextStyle {
  enum class Anchor { kStart, kMiddle, kEnd };

  double size = 12;
  Anchor anchor = Anchor::kStart;
  std::string_view colour = "#000000";
  bool bold = false;
  double degrees = 0;  // clockwise rotation about the anchor
};

// Writes an SVG image. Coordinates are pixels from the upper left corner. Control characters in
// text, which XML forbids, become U+FFFD.
class SvgWriter {
 public:
  // On a white background.
  SvgWriter(double width, double height);

  // Viewers show `title` as the tooltip of the elements up to EndGroup().
  void BeginGroup(std::string_view title);
  void EndGroup();
  void Line(Point from, Point to, const Stroke& stroke);
  void Polyline(std::span<const Point> points, const Stroke& stroke);
  void Polygon(std::span<const Point> corners, std::string_view colour, double opacity);
  void Text(Point anchor, std::string_view text, const TextStyle& style);

  // Returns the document. Nothing may be added afterwards.
  std::string Finish();

 private:
  std::string svg_;
};

}  // namespace arcadeq
