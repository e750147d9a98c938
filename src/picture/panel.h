#pragma once

#include <string_view>

#include "picture/canvas.h"
#include "picture/inks.h"
#include "picture/moment.h"

namespace arcadeq {

// The ends of the scales that a panel draws bars on.
struct BarScales {
  float lowest = 0;   // value, at most 0
  float highest = 0;  // at least 0
  float largest_advantage = 0;
};

// Draws a moment from top to bottom.
class Panel {
 public:
  static constexpr int kWidth = 360;
  // The height that a moment's panel needs.
  static int HeightFor(const Moment& moment);

  // With its top left corner at (left, 0).
  Panel(Canvas& canvas, const Inks& inks, int left);
  void Draw(const Moment& moment, const BarScales& scales);

 private:
  void DrawCounters(const Moment& moment);
  void DrawValues(const Moment& moment, const BarScales& scales);
  void DrawBars(const Moment& moment, int action, const BarScales& scales);
  void DrawDistribution(const Moment& moment);
  void DrawObservation(const Moment& moment);
  void DrawFrames(const Moment& moment);
  void DrawNumbers(const Moment& moment);
  void WriteRight(int right, std::string_view text, OverlayInk ink);
  void WriteTitle(std::string_view text);

  Canvas& canvas_;
  const Inks& inks_;
  const int left_;
  int y_;  // of what is drawn next
};

// Q(s, a) less V(s) or, if the network has no V, the mean of Q(s, a) over the actions.
float AdvantageOf(const Moment& moment, int action);

}  // namespace arcadeq
