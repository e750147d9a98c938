#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace arcadeq {

enum class ElementType : std::uint8_t { kUint8, kFloat32 };

// What one frame is made of: what an environment shows after each step, the replay stores as bytes,
// and a network reads. Grey pixels, row by row, or a vector of floats (height 1).
struct FrameFormat {
  ElementType element = ElementType::kUint8;
  int height = 0;
  int width = 0;

  std::size_t elements() const { return static_cast<std::size_t>(height) * width; }
  std::size_t bytes() const { return elements() * (element == ElementType::kUint8 ? 1 : 4); }
  bool operator==(const FrameFormat&) const = default;
};

inline constexpr int kMaxStack = 8;

// An observation: the last `depth` frames of an episode, oldest first, each where it is stored.
// Frames are never copied to make a stack. How long the pointers hold is said by whoever made it.
// Each frame is aligned to at least 4 bytes.
struct StackView {
  std::array<const std::uint8_t*, kMaxStack> frames{};
  int depth = 0;
};

}  // namespace arcadeq
