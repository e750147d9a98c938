#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/highway_targets.h"
#include "env/preprocess.h"

namespace arcadeq {

// The luma of the colours 2i and 2i + 1, which on the Atari are of the same brightness.
using PairLumaTable = std::array<std::uint8_t, 128>;

// How screens become frames, laid out for vectors.
struct ScreenPlan {
  // kGroupSource pixels of a row, from `source` on, give the columns from `target` on: up to the
  // next group's, kGroupTarget at most. Column target + i adds up, over the taps k, weights[k][i]
  // times the pixel that shuffles[k] brings to the lower byte of lane i.
  struct Group {
    int source;
    int target;
  };
  static constexpr int kGroupSource = 16;
  static constexpr int kGroupTarget = 8;

  // Throws std::logic_error for sizes at which a pixel is too large for a group or for the numbers
  // in use. No screen of the Atari is, for frames of 80 columns and 80 rows or more.
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

// Two screens, what became of them on the way, and the frame.
struct ScreenState {
  explicit ScreenState(const ScreenPlan& plan);

  bool fresh = true;  // nothing has been reduced yet
  std::vector<std::uint8_t> first;
  std::vector<std::uint8_t> second;
  std::vector<std::uint8_t> grey;     // a row of the brighter pixels
  std::vector<std::uint16_t> sums;    // all rows of them, reduced to columns
  std::vector<std::uint8_t> changed;  // for each row: since the last time
  std::vector<std::uint8_t> frame;
};

// Brings `state` up to date with two screens.
namespace reference {
void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state);
}  // namespace reference
// The same frames, in vectors for this processor; does not compute again what neither screen
// changed. Not in a build with ARCADEQ_SIMD=OFF.
namespace vectorised {
void ReduceScreens(const ScreenPlan& plan, const PairLumaTable& luma, const std::uint8_t* first,
                   const std::uint8_t* second, ScreenState& state);
}  // namespace vectorised

// From screens of colours to frames: the luma of the brighter of two screens pixel by pixel,
// reduced by area to the last bit as AreaReduction does.
class ScreenReduction {
 public:
  ScreenReduction(const PairLumaTable& luma, int screen_height, int screen_width, int frame_height,
                  int frame_width);

  // Row by row, of the sizes given to the constructor. Both may be the same screen.
  void Reduce(std::span<const std::uint8_t> first, std::span<const std::uint8_t> second);

  // Of the last Reduce() or Restore(); zero before.
  std::span<const std::uint8_t> frame() const { return state_.frame; }
  // Shows a frame that was reduced elsewhere. Of frame()'s size.
  void Restore(std::span<const std::uint8_t> frame);

 private:
  PairLumaTable luma_;
  ScreenPlan plan_;
  ScreenState state_;
};

}  // namespace arcadeq
