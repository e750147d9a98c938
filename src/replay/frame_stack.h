#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"
#include "base/frame.h"

namespace arcadeq {

// The most recent frames of an environment's episode, on which the agent acts. Not thread-safe.
class FrameStack {
 public:
  // depth in [1, kMaxStack].
  FrameStack(const FrameFormat& format, int depth);

  // Starts an episode with its first frame.
  void Begin(std::span<const std::uint8_t> frame);
  // Adds the next frame of the episode. frame.size() == format.bytes().
  void Push(std::span<const std::uint8_t> frame);

  // The last `depth` frames; repeats the episode's first frame if there are fewer. Valid until the
  // next Begin() or Push().
  StackView View() const;

 private:
  void Write(std::span<const std::uint8_t> frame);

  int depth_;
  std::size_t stride_;  // bytes per slot
  AlignedBuffer<std::uint8_t> slots_;
  int newest_ = 0;  // the slot written last
  int before_ = 0;  // number of earlier frames of the episode, at most depth - 1
};

}  // namespace arcadeq
