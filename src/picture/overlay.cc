#include "picture/overlay.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include "picture/canvas.h"
#include "picture/font.h"
#include "picture/image.h"
#include "picture/inks.h"
#include "picture/moment.h"
#include "picture/panel.h"

namespace arcadeq {
namespace {

constexpr int kLargestGame = 500;  // height and width that pictures are enlarged to, at most

// Video encoders need even sizes.
int RoundUpToEven(int size) {
  return size + size % 2;
}

void WriteNotice(std::span<const std::string> lines, int game_width, const Inks& inks,
                 Canvas& canvas) {
  constexpr int kPadding = 6;
  constexpr int kLine = kGlyphSize + 4;
  std::size_t longest = 0;
  for (const std::string& line : lines) longest = std::max(longest, line.size());
  const Box box{
      .x = std::max(0, (game_width - kGlyphSize * static_cast<int>(longest)) / 2 - kPadding),
      .y = 3 * kLine,
      .width = kGlyphSize * static_cast<int>(longest) + 2 * kPadding,
      .height = kLine * static_cast<int>(lines.size()) + 2 * kPadding - 4};
  canvas.Fill(box, inks[OverlayInk::kPaper]);
  int y = box.y + kPadding;
  for (const std::string& line : lines) {
    canvas.Write({box.x + kPadding, y}, line, inks[OverlayInk::kText]);
    y += kLine;
  }
}

}  // namespace

const Image& Overlay::Draw(const Image& game, const Moment* moment,
                           std::span<const std::string> notice) {
  if (!inks_ || game.palette != palette_) {
    palette_ = game.palette;
    inks_.emplace(palette_);
  }
  const int scale = std::max(1, std::min(kLargestGame / game.height, kLargestGame / game.width));
  Scale(game, scale * game.height, scale * game.width, game_);
  drawn_.height =
      RoundUpToEven(std::max(game_.height, moment != nullptr ? Panel::HeightFor(*moment) : 0));
  drawn_.width = RoundUpToEven(game_.width + (moment != nullptr ? Panel::kWidth : 0));
  drawn_.palette = inks_->palette();
  drawn_.pixels.assign(static_cast<std::size_t>(drawn_.height) * drawn_.width,
                       (*inks_)[OverlayInk::kPaper]);
  Canvas canvas(drawn_);
  canvas.Copy({0, (drawn_.height - game_.height) / 2}, game_.pixels, game_.height, game_.width);
  if (moment != nullptr) {
    for (int action = 0; action < static_cast<int>(moment->values.size()); ++action) {
      const float value = moment->values[static_cast<std::size_t>(action)];
      lowest_ = std::min(lowest_, value);
      highest_ = std::max(highest_, value);
      largest_advantage_ = std::max(largest_advantage_, std::abs(AdvantageOf(*moment, action)));
    }
    Panel(canvas, *inks_, game_.width).Draw(*moment, {lowest_, highest_, largest_advantage_});
  }
  if (!notice.empty()) WriteNotice(notice, game_.width, *inks_, canvas);
  return drawn_;
}

}  // namespace arcadeq
