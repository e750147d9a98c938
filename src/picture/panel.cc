#include "picture/panel.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/frame.h"
#include "picture/canvas.h"
#include "picture/inks.h"
#include "picture/moment.h"

namespace arcadeq {
namespace {

constexpr int kMargin = 8;
constexpr int kContentWidth = Panel::kWidth - 2 * kMargin;
constexpr int kLine = 10;  // a row of text
constexpr int kSectionGap = 8;
// Columns of the table of values, from the panel's content.
constexpr int kNameColumn = 10;
constexpr std::size_t kLongestName = 12;
constexpr int kBarColumn = 110;
constexpr int kBarWidth = 116;
constexpr int kValueEnd = 284;
constexpr int kAdvantageEnd = kContentWidth;
constexpr int kDistributionHeight = 48;
constexpr int kFrameGap = 2;
constexpr int kTallestFrame = 110;  // that small frames are enlarged to
constexpr std::size_t kNumbersPerLine = 5;

// The size that a frame of the observation is drawn at: enlarged by `times`, or reduced by `by`.
struct FrameSize {
  int times = 1;
  int by = 1;
  int height = 0;
  int width = 0;
};

FrameSize SizeOfFrame(const Moment& moment) {
  const auto& [element, height, width] = moment.format;
  const int count = std::max(1, static_cast<int>(moment.frames.size()));
  const int most = (kContentWidth - kFrameGap * (count - 1)) / count;
  FrameSize size;
  size.times = std::max(1, std::min(most / width, kTallestFrame / height));
  while (width / size.by > most) ++size.by;
  size.height = height * size.times / size.by;
  size.width = width * size.times / size.by;
  return size;
}

std::size_t LinesOfNumbers(const Moment& moment) {
  return moment.frames.size() *
         ((moment.format.elements() + kNumbersPerLine - 1) / kNumbersPerLine);
}

int HeightOfObservation(const Moment& moment) {
  if (moment.frames.empty()) return 0;
  return kLine + (moment.format.element == ElementType::kUint8
                      ? SizeOfFrame(moment).height
                      : kLine * static_cast<int>(LinesOfNumbers(moment)));
}

// At most 7 characters, unless the number is huge.
std::string NumberText(double value) {
  return std::abs(value) < 1000 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value);
}

// The action whose distribution is shown.
int ShownAction(const Moment& moment) {
  return moment.taken >= 0 ? moment.taken : moment.greedy;
}

}  // namespace

float AdvantageOf(const Moment& moment, int action) {
  const float mean = std::reduce(moment.values.begin(), moment.values.end()) /
                     static_cast<float>(moment.values.size());
  return moment.values[static_cast<std::size_t>(action)] - moment.state_value.value_or(mean);
}

int Panel::HeightFor(const Moment& moment) {
  int height = kMargin + 2 * kLine + kSectionGap;
  height += kLine * (1 + static_cast<int>(moment.actions.size())) + kSectionGap;
  if (!moment.distributions.empty()) height += 2 * kLine + kDistributionHeight + kSectionGap;
  return height + HeightOfObservation(moment) + kMargin;
}

Panel::Panel(Canvas& canvas, const Inks& inks, int left)
    : canvas_(canvas), inks_(inks), left_(left + kMargin), y_(kMargin) {}

void Panel::Draw(const Moment& moment, const BarScales& scales) {
  DrawCounters(moment);
  DrawValues(moment, scales);
  if (!moment.distributions.empty()) DrawDistribution(moment);
  if (!moment.frames.empty()) DrawObservation(moment);
}

void Panel::WriteTitle(std::string_view text) {
  canvas_.Write({left_, y_}, text, inks_[OverlayInk::kFaint]);
}

void Panel::WriteRight(int right, std::string_view text, OverlayInk ink) {
  canvas_.Write({left_ + right - TextWidth(text), y_}, text, inks_[ink]);
}

void Panel::DrawCounters(const Moment& moment) {
  const std::uint8_t ink = inks_[OverlayInk::kText];
  canvas_.Write({left_, y_}, fmt::format("Score {:g}", moment.score), ink);
  if (moment.lives > 0) {
    WriteRight(kContentWidth, fmt::format("Lives {}", moment.lives), OverlayInk::kText);
  }
  y_ += kLine;
  canvas_.Write({left_, y_}, fmt::format("Step {}", moment.step), ink);
  WriteRight(kContentWidth, fmt::format("Epsilon {:.3f}", moment.epsilon), OverlayInk::kText);
  y_ += kLine + kSectionGap;
}

void Panel::DrawValues(const Moment& moment, const BarScales& scales) {
  const bool dueling = moment.state_value.has_value();
  WriteTitle(dueling ? fmt::format("V(s) {}", NumberText(*moment.state_value)) : "Action");
  WriteRight(kValueEnd, "Q", OverlayInk::kFaint);
  WriteRight(kAdvantageEnd, dueling ? "A" : "Q-mean", OverlayInk::kFaint);
  y_ += kLine;
  for (int action = 0; action < static_cast<int>(moment.actions.size()); ++action) {
    const auto i = static_cast<std::size_t>(action);
    const OverlayInk ink = action == moment.greedy ? OverlayInk::kPreferred : OverlayInk::kText;
    if (action == moment.taken) canvas_.Write({left_, y_}, ">", inks_[OverlayInk::kText]);
    canvas_.Write({left_ + kNameColumn, y_}, moment.actions[i].substr(0, kLongestName), inks_[ink]);
    DrawBars(moment, action, scales);
    WriteRight(kValueEnd, NumberText(moment.values[i]), ink);
    WriteRight(kAdvantageEnd, fmt::format("{:.3f}", AdvantageOf(moment, action)),
               OverlayInk::kAdvantage);
    y_ += kLine;
  }
  y_ += kSectionGap;
}

// The value, and below it the advantage, from the middle to the right or left.
void Panel::DrawBars(const Moment& moment, int action, const BarScales& scales) {
  const auto bar = [this](float from, float to, int top, int height, OverlayInk ink) {
    const int begin = static_cast<int>(std::lround(std::min(from, to) * kBarWidth));
    const int end = static_cast<int>(std::lround(std::max(from, to) * kBarWidth));
    canvas_.Fill({left_ + kBarColumn + begin, y_ + top, std::max(1, end - begin), height},
                 inks_[ink]);
  };
  const float range = scales.highest - scales.lowest;
  if (range > 0) {
    const float value = moment.values[static_cast<std::size_t>(action)];
    bar(-scales.lowest / range, (value - scales.lowest) / range, 0, 5,
        action == moment.greedy ? OverlayInk::kPreferred : OverlayInk::kBar);
  }
  if (scales.largest_advantage > 0) {
    bar(0.5f, 0.5f + AdvantageOf(moment, action) / scales.largest_advantage / 2, 6, 2,
        OverlayInk::kAdvantage);
  }
}

void Panel::DrawDistribution(const Moment& moment) {
  const auto action = static_cast<std::size_t>(ShownAction(moment));
  const auto& [low, high, shares] = moment.distributions[action];
  WriteTitle(fmt::format("Distribution of Q(s, {})", moment.actions[action]));
  y_ += kLine;
  const int bins = static_cast<int>(shares.size());
  const int columns = bins < kContentWidth ? kContentWidth / bins * bins : kContentWidth;
  const float largest = *std::ranges::max_element(shares);
  const int bottom = y_ + kDistributionHeight;
  for (int x = 0; x < columns; ++x) {
    // The largest share of the bins in this column; there is one at least.
    const auto begin = shares.begin() + x * bins / columns;
    const auto end = std::max(begin + 1, shares.begin() + (x + 1) * bins / columns);
    const int height = static_cast<int>(
        std::lround(kDistributionHeight * *std::max_element(begin, end) / largest));
    canvas_.Fill({left_ + x, bottom - height, 1, height}, inks_[OverlayInk::kBar]);
  }
  canvas_.Fill({left_, bottom, columns, 1}, inks_[OverlayInk::kFaint]);
  const float value = moment.values[action];
  const int mean =
      static_cast<int>(std::lround((value - low) / (high - low) * static_cast<float>(columns)));
  canvas_.Fill({left_ + mean, y_, 1, kDistributionHeight + 3}, inks_[OverlayInk::kPreferred]);
  y_ = bottom + 2;
  WriteTitle(fmt::format("{:g}", low));
  WriteRight(columns, fmt::format("{:g}", high), OverlayInk::kFaint);
  y_ += kLine - 2 + kSectionGap;
}

void Panel::DrawObservation(const Moment& moment) {
  WriteTitle(moment.frames.size() == 1 ? "What the network sees"
                                       : "What the network sees, oldest first");
  y_ += kLine;
  if (moment.format.element == ElementType::kUint8) {
    DrawFrames(moment);
  } else {
    DrawNumbers(moment);
  }
}

void Panel::DrawFrames(const Moment& moment) {
  const FrameSize size = SizeOfFrame(moment);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size.height) * size.width);
  int x = left_;
  for (const auto& frame : moment.frames) {
    auto pixel = pixels.begin();
    for (int row = 0; row < size.height; ++row) {
      const auto source = frame.begin() + static_cast<std::ptrdiff_t>(row) * size.by / size.times *
                                              moment.format.width;
      for (int column = 0; column < size.width; ++column) {
        *pixel++ = inks_.Grey(source[column * size.by / size.times]);
      }
    }
    canvas_.Copy({x, y_}, pixels, size.height, size.width);
    x += size.width + kFrameGap;
  }
}

void Panel::DrawNumbers(const Moment& moment) {
  for (const auto& frame : moment.frames) {
    std::string line;
    for (std::size_t i = 0; i < moment.format.elements(); ++i) {
      float value = 0;
      std::memcpy(&value, &frame[i * sizeof(value)], sizeof(value));
      line += fmt::format("{:8.3f}", value);
      if ((i + 1) % kNumbersPerLine == 0 || i + 1 == moment.format.elements()) {
        canvas_.Write({left_, y_}, line, inks_[OverlayInk::kText]);
        line.clear();
        y_ += kLine;
      }
    }
  }
}

}  // namespace arcadeq
