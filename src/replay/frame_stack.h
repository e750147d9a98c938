#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"
#include "base/frame.h"

namespace arcadeq {

// The last frames of one environment's episode: what its agent acts on. Not thread-safe.
class FrameStack {
 public:
  // depth in [1, kMaxStack].
  FrameStack(const FrameFormat& format, int depth);

  // The first frame of an episode.
  void Begin(std::span<const std::uint8_t> frame);
  // The next; Begin() comes before. frame.size() == format.bytes().
  void Push(std::span<const std::uint8_t> frame);

  // The last `depth` frames, the episode's first repeated where it is shorter. Valid until the next
  // Begin() or Push().
  StackView View() const;

 private:
  void Write(std::span<const std::uint8_t> frame);

  int depth_;
  std::size_t stride_;  // bytes from slot to slot
  AlignedBuffer<std::uint8_t> slots_;
  int newest_ = 0;  // the slot last written
  int before_ = 0;  // how many frames of the episode stand before it, at most depth - 1
};

}  // namespace arcadeq
