#include "env/screen_reduction.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

namespace arcadeq {

ScreenPlan::ScreenPlan(int screen_height_in, int screen_width_in, int frame_height_in,
                       int frame_width_in)
    : screen_height(screen_height_in),
      screen_width(screen_width_in),
      frame_height(frame_height_in),
      frame_width(frame_width_in),
      rows(screen_height, frame_height),
      columns(screen_width, frame_width),
      sums_stride(static_cast<std::size_t>(frame_width + 2 * kGroupTarget)) {
  // Column sums have 16 bits. The division by the area is done in floats: it is exact while half a
  // unit of area, relative to the whole, exceeds twice the last bit of 255.
  constexpr int kMaxColumnUnits = 65535 / 255, kMaxArea = 12000;
  if (columns.total > kMaxColumnUnits || rows.total * columns.total > kMaxArea ||
      columns.taps > kGroupSource || screen_width < kGroupSource) {
    throw std::logic_error("screen too large for its frame");
  }
  for (int target = 0; target < frame_width;) {
    const Group group{std::min(columns.first[target], screen_width - kGroupSource), target};
    groups.push_back(group);
    const std::size_t shuffle = shuffles.size(), weight = weights.size();
    shuffles.resize(shuffle + static_cast<std::size_t>(columns.taps) * 16, 0x80);
    weights.resize(weight + static_cast<std::size_t>(columns.taps) * kGroupTarget, 0);
    for (int lane = 0; lane < kGroupTarget && target < frame_width; ++lane, ++target) {
      const int first = columns.first[target] - group.source;
      if (first + columns.taps > kGroupSource) break;
      for (int k = 0; k < columns.taps; ++k) {
        shuffles[shuffle + k * 16 + 2 * lane] = static_cast<std::uint8_t>(first + k);
        weights[weight + k * kGroupTarget + lane] =
            static_cast<std::uint16_t>(columns.weights[k * frame_width + target]);
      }
    }
  }
}

ScreenState::ScreenState(const ScreenPlan& plan)
    : first(static_cast<std::size_t>(plan.screen_height) * plan.screen_width),
      second(first.size()),
      grey(plan.screen_width),
      sums(static_cast<std::size_t>(plan.screen_height) * plan.sums_stride),
      changed(plan.screen_height),
      frame(static_cast<std::size_t>(plan.frame_height) * plan.frame_width) {}

namespace reference {

void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state) {
  const int area = plan.rows.total * plan.columns.total;
  for (int y = 0; y < plan.frame_height; ++y) {
    for (int x = 0; x < plan.frame_width; ++x) {
      int sum = area / 2;
      for (int r = 0; r < plan.rows.taps; ++r) {
        const int row = (plan.rows.first[y] + r) * plan.screen_width + plan.columns.first[x];
        int row_sum = 0;
        for (int c = 0; c < plan.columns.taps; ++c) {
          const int grey = std::max(luma[first[row + c] / 2], luma[second[row + c] / 2]);
          row_sum += plan.columns.weights[c * plan.frame_width + x] * grey;
        }
        sum += plan.rows.weights[r * plan.frame_height + y] * row_sum;
      }
      state.frame[static_cast<std::size_t>(y) * plan.frame_width + x] =
          static_cast<std::uint8_t>(sum / area);
    }
  }
}

}  // namespace reference

ScreenReduction::ScreenReduction(const PairLumaTable& luma, int screen_height, int screen_width,
                                 int frame_height, int frame_width)
    : luma_(luma), plan_(screen_height, screen_width, frame_height, frame_width), state_(plan_) {}

void ScreenReduction::Reduce(std::span<const std::uint8_t> first,
                             std::span<const std::uint8_t> second) {
#ifdef ARCADEQ_SIMD
  vectorised::ReduceScreens(plan_, luma_, first.data(), second.data(), state_);
#else
  reference::ReduceScreens(plan_, luma_, first.data(), second.data(), state_);
#endif
}

void ScreenReduction::Restore(std::span<const std::uint8_t> frame) {
  std::ranges::copy(frame, state_.frame.begin());
  state_.fresh = true;
}

}  // namespace arcadeq
