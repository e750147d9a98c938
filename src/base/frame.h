#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace arcadeq {

enum class ElementType : std::uint8_t { kUint8, kFloat32 };

// The format of a frame: what an environment shows after each step, the replay stores, and a
// network reads. Grey pixels, row by row, or a vector of floats (height 1).
struct FrameFormat {
  ElementType element = ElementType::kUint8;
  int height = 0;
  int width = 0;

  std::size_t elements() const { return static_cast<std::size_t>(height) * width; }
  std::size_t bytes() const { return elements() * (element == ElementType::kUint8 ? 1 : 4); }
  bool operator==(const FrameFormat&) const = default;
};

inline constexpr int kMaxStack = 8;

// An observation: pointers to the last `depth` frames of an episode, oldest first. Building a stack
// copies no frames. The function that returns a view documents how long it is valid. Each frame is
// aligned to at least 4 bytes.
struct StackView {
  std::array<const std::uint8_t*, kMaxStack> frames{};
  int depth = 0;
};

// The stack that ends in a frame which `before` frames of its episode precede: frame_before(k) is
// the frame k before it. Repeats the first if there are fewer than depth - 1; more do not matter.
template <typename FrameBefore>
StackView MakeStackView(int depth, int before, FrameBefore frame_before) {
  StackView view;
  view.depth = depth;
  for (int k = 0; k < depth; ++k) view.frames[k] = frame_before(std::min(depth - 1 - k, before));
  return view;
}

}  // namespace arcadeq
