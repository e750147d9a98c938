#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/highway_targets.h"  // IWYU pragma: keep (foreach_target.h reads it)
#include "env/preprocess.h"

namespace arcadeq {

// The luma of the colours 2i and 2i + 1, which have the same brightness on the Atari.
using PairLumaTable = std::array<std::uint8_t, 128>;

// The plan of a reduction from screens to frames, laid out for vectors.
struct ScreenPlan {
  // kGroupSource pixels of a row, starting at `source`, determine the columns from `target` up to
  // the next group's, at most kGroupTarget. Column target + i is the sum over the taps k of
  // weights[k][i] times the pixel that shuffles[k] moves to the lower byte of lane i.
  struct Group {
    int source;
    int target;
  };
  static constexpr int kGroupSource = 16;
  static constexpr int kGroupTarget = 8;

  // Throws std::logic_error if a target pixel is too large for a group or for the integers in use,
  // which never happens for the frames of env.observation and the screens of Atari games: an even
  // number of lines, at most 250.
  ScreenPlan(int screen_height, int screen_width, int frame_height, int frame_width);

  int screen_height;
  int screen_width;
  int frame_height;
  int frame_width;
  AreaAxis rows;
  AreaAxis columns;
  std::vector<Group> groups;
  std::vector<std::uint8_t> shuffles;  // [group][tap][16], 0x80 for zero
  std::vector<std::uint16_t> weights;  // [group][tap][kGroupTarget]
  std::size_t sums_stride;             // of ScreenState::sums
};

// Two screens, the intermediate results, and the frame.
struct ScreenState {
  explicit ScreenState(const ScreenPlan& plan);

  bool fresh = true;  // nothing has been reduced yet
  std::vector<std::uint8_t> first;
  std::vector<std::uint8_t> second;
  std::vector<std::uint8_t> grey;     // one row of the pixel-wise maximum
  std::vector<std::uint16_t> sums;    // all such rows, reduced to columns
  std::vector<std::uint8_t> changed;  // for each row: whether it changed since the last call
  std::vector<std::uint8_t> frame;
};

// Updates `state` to two screens.
namespace reference {
void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state);
}  // namespace reference
// The same with vector instructions for this processor; skips rows in which neither screen changed.
// Absent from builds with ARCADEQ_SIMD=OFF.
namespace vectorised {
void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state);
}  // namespace vectorised

// Turns colour screens into frames: the pixel-wise maximum of the luma of two screens, reduced by
// area. Each pixel of a frame is the mean over the rectangle of the screen that it covers, with
// partly covered pixels weighted by the covered part, rounded to nearest, halves up. The arithmetic
// is exact.
class ScreenReduction {
 public:
  ScreenReduction(const PairLumaTable& luma, int screen_height, int screen_width, int frame_height,
                  int frame_width);

  // Takes screens row by row, of the size given to the constructor. Both may be the same screen.
  void Reduce(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);

  // The result of the last Reduce() or Restore(); zero before the first.
  std::span<const std::uint8_t> frame() const { return state_.frame; }
  // Sets the frame to one of frame()'s size that was reduced elsewhere.
  void Restore(std::span<const std::uint8_t> frame);

 private:
  PairLumaTable luma_;
  ScreenPlan plan_;
  ScreenState state_;
};

}  // namespace arcadeq
