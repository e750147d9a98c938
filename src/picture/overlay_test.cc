#include "picture/overlay.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/frame.h"
#include "picture/canvas.h"
#include "picture/font.h"
#include "picture/image.h"
#include "picture/inks.h"
#include "picture/moment.h"
#include "picture/panel.h"
#include "picture/testing/image.h"

namespace arcadeq {
namespace {

Moment ExampleMoment() {
  Moment moment;
  moment.step = 1234;
  moment.score = 345;
  moment.lives = 3;
  moment.epsilon = 0.01;
  moment.actions = {"NOOP", "FIRE", "RIGHT"};
  moment.values = {1, 4, -2};
  moment.state_value = 1;
  moment.greedy = 1;
  moment.taken = 2;
  moment.format = {ElementType::kUint8, 84, 84};
  for (int i = 0; i < 4; ++i) {
    moment.frames.emplace_back(moment.format.bytes(), static_cast<std::uint8_t>(60 * i));
  }
  return moment;
}

bool HasTextAt(const Image& image, PixelPosition at, const std::string& text, std::uint8_t ink) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const Glyph& glyph = GlyphOf(text[i]);
    for (int y = 0; y < kGlyphSize; ++y) {
      for (int x = 0; x < kGlyphSize; ++x) {
        const int pixel_x = at.x + static_cast<int>(i) * kGlyphSize + x;
        const bool set = image.pixels[(at.y + y) * image.width + pixel_x] == ink;
        if (set != ((glyph[static_cast<std::size_t>(y)] >> x & 1) != 0)) return false;
      }
    }
  }
  return true;
}

// Whether the text stands somewhere in the image.
bool HasText(const Image& image, const std::string& text, OverlayInk ink) {
  const Inks inks(PlainImage().palette);
  for (int y = 0; y + kGlyphSize <= image.height; ++y) {
    for (int x = 0; x + TextWidth(text) <= image.width; ++x) {
      if (HasTextAt(image, {x, y}, text, inks[ink])) return true;
    }
  }
  return false;
}

// The number of pixels of a colour.
std::ptrdiff_t Count(const Image& image, std::uint8_t colour) {
  return std::ranges::count(image.pixels, colour);
}

TEST(Overlay, EnlargesTheGame) {
  Overlay overlay;
  const Image& alone = overlay.Draw(PlainImage(1, 210, 160), nullptr);
  EXPECT_TRUE(IsComplete(alone));
  EXPECT_EQ(alone.height, 420);
  EXPECT_EQ(alone.width, 320);
  EXPECT_EQ(Count(alone, 1), 420 * 320);
  const Image& wide = overlay.Draw(PlainImage(1, 44, 84), nullptr);
  EXPECT_EQ(wide.height, 5 * 44);
  EXPECT_EQ(wide.width, 5 * 84);
}

TEST(Overlay, ShowsTheMomentBesideTheGame) {
  Overlay overlay;
  const Moment moment = ExampleMoment();
  const Image& drawn = overlay.Draw(PlainImage(1, 210, 160), &moment);
  EXPECT_TRUE(IsComplete(drawn));
  EXPECT_EQ(drawn.width, 320 + Panel::kWidth);
  EXPECT_EQ(Count(drawn, 1), 420 * 320) << "the game is whole";
  for (const char* const text :
       {"Score 345", "Lives 3", "Step 1234", "Epsilon 0.010", "NOOP", "RIGHT", "-2.00"}) {
    EXPECT_TRUE(HasText(drawn, text, OverlayInk::kText)) << text;
  }
  EXPECT_TRUE(HasText(drawn, ">", OverlayInk::kText)) << "the action taken";
  EXPECT_TRUE(HasText(drawn, "FIRE", OverlayInk::kPreferred));
  EXPECT_TRUE(HasText(drawn, "4.00", OverlayInk::kPreferred));
  EXPECT_TRUE(HasText(drawn, "3.000", OverlayInk::kAdvantage)) << "4 - V(s)";
  EXPECT_TRUE(HasText(drawn, "V(s) 1.00", OverlayInk::kFaint));
  EXPECT_FALSE(HasText(drawn, "Distribution", OverlayInk::kFaint));
}

TEST(Overlay, ShowsEveryFrameOfTheObservation) {
  Overlay overlay;
  Moment moment = ExampleMoment();
  moment.score = 0;
  const Inks inks(PlainImage().palette);
  const Image& drawn = overlay.Draw(PlainImage(1, 210, 160), &moment);
  for (const int level : {60, 120, 180}) {
    EXPECT_EQ(Count(drawn, inks.Grey(static_cast<std::uint8_t>(level))), 84 * 84) << level;
  }
}

TEST(Overlay, ShowsObservationsOfEverySize) {
  for (const FrameFormat format :
       {FrameFormat{ElementType::kUint8, 105, 80}, FrameFormat{ElementType::kUint8, 20, 20},
        FrameFormat{ElementType::kUint8, 400, 900}, FrameFormat{ElementType::kFloat32, 1, 4},
        FrameFormat{ElementType::kFloat32, 1, 13}}) {
    for (const std::size_t stack : {1, 4, 8}) {
      Moment moment = ExampleMoment();
      moment.format = format;
      moment.frames.assign(stack, std::vector<std::uint8_t>(format.bytes()));
      Overlay overlay;
      EXPECT_TRUE(IsComplete(overlay.Draw(PlainImage(1, 210, 160), &moment)));
    }
  }
}

TEST(Overlay, ShowsTheNumbersOfAVector) {
  Moment moment = ExampleMoment();
  moment.format = {ElementType::kFloat32, 1, 2};
  const float state[] = {0.125f, -3.5f};
  moment.frames.assign(1, std::vector<std::uint8_t>(sizeof(state)));
  std::memcpy(moment.frames[0].data(), state, sizeof(state));
  Overlay overlay;
  EXPECT_TRUE(HasText(overlay.Draw(PlainImage(), &moment), "   0.125  -3.500", OverlayInk::kText));
}

TEST(Overlay, ShowsTheDistributionOfTheActionTaken) {
  Moment moment = ExampleMoment();
  moment.state_value.reset();
  moment.distributions.assign(3, {-5, 5, {0.5f, 0.25f, 0.25f, 0, 0}});
  Overlay overlay;
  const Image& drawn = overlay.Draw(PlainImage(1, 210, 160), &moment);
  EXPECT_TRUE(HasText(drawn, "Distribution of Q(s, RIGHT)", OverlayInk::kFaint));
  EXPECT_TRUE(HasText(drawn, "-5", OverlayInk::kFaint));
  EXPECT_TRUE(HasText(drawn, "Q-mean", OverlayInk::kFaint));
  EXPECT_FALSE(HasText(drawn, "V(s)", OverlayInk::kFaint));
  moment.taken = -1;
  EXPECT_TRUE(HasText(overlay.Draw(PlainImage(1, 210, 160), &moment), "Distribution of Q(s, FIRE)",
                      OverlayInk::kFaint));
}

// More bins than there are columns to draw them in, and fewer.
TEST(Overlay, ShowsDistributionsOfAnyNumberOfBins) {
  for (const std::size_t bins : {2, 101, 344, 345, 1001}) {
    Moment moment = ExampleMoment();
    moment.distributions.assign(3, {-5, 5, std::vector<float>(bins)});
    for (auto& distribution : moment.distributions) distribution.shares[bins / 3] = 1;
    Overlay overlay, empty;
    const Image drawn = overlay.Draw(PlainImage(1, 210, 160), &moment);
    const Inks inks(PlainImage().palette);
    EXPECT_GE(Count(drawn, inks[OverlayInk::kBar]), 48) << bins << ": the bin that has everything";
  }
}

// A row for each of the 18 actions of the full set.
TEST(Overlay, GrowsWithTheNumberOfActions) {
  Moment moment = ExampleMoment();
  moment.actions.assign(60, "DOWNRIGHTFIRE");
  moment.values.assign(60, 1);
  Overlay overlay;
  const Image& drawn = overlay.Draw(PlainImage(1, 210, 160), &moment);
  EXPECT_GT(drawn.height, 600);
  EXPECT_EQ(drawn.height % 2, 0);
  EXPECT_TRUE(HasText(drawn, "DOWNRIGHTFIR", OverlayInk::kText));
}

TEST(Overlay, WritesNoticesOverTheGame) {
  Overlay overlay;
  const std::vector<std::string> notice = {"paused", "speed 2x"};
  const Image& drawn = overlay.Draw(PlainImage(1, 210, 160), nullptr, notice);
  EXPECT_TRUE(HasText(drawn, "paused", OverlayInk::kText));
  EXPECT_TRUE(HasText(drawn, "speed 2x", OverlayInk::kText));
}

// With the same palette from one picture to the next, as films need it.
TEST(Overlay, KeepsItsPalette) {
  Overlay overlay;
  Moment moment = ExampleMoment();
  const auto first = overlay.Draw(PlainImage(1, 210, 160), &moment).palette;
  moment.values[0] = 1e30f;
  EXPECT_EQ(overlay.Draw(PlainImage(2, 210, 160), &moment).palette, first);
}

TEST(Overlay, KeepsTheScaleOfTheBars) {
  Overlay overlay;
  const Inks inks(PlainImage().palette);
  Moment moment = ExampleMoment();
  const auto bars = [&] {
    return Count(overlay.Draw(PlainImage(1, 210, 160), &moment), inks[OverlayInk::kBar]);
  };
  const auto before = bars();
  moment.values = {10, 40, -20};
  bars();
  moment.values = {1, 4, -2};
  EXPECT_LT(bars(), before);
}

}  // namespace
}  // namespace arcadeq
