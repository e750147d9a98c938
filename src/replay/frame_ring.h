#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/aligned_buffer.h"
#include "base/frame.h"

namespace arcadeq {

// The last `capacity` frames of one environment, each stored once, as bytes, in memory taken at
// construction. Frames are numbered by the order they came in, from 0; number i lives in slot
// i % capacity. Not thread-safe.
class FrameRing {
 public:
  // stack in [1, kMaxStack], capacity >= stack + 1.
  FrameRing(const FrameFormat& format, int stack, std::int64_t capacity);

  // Appends a frame; `first` marks the first of an episode, as the first of all must be.
  // frame.size() == format.bytes().
  void Append(std::span<const std::uint8_t> frame, bool first);

  std::int64_t capacity() const { return static_cast<std::int64_t>(ages_.size()); }
  // The lowest number still stored.
  std::int64_t oldest() const { return end_ > capacity() ? end_ - capacity() : 0; }
  // One past the newest.
  std::int64_t end() const { return end_; }
  std::int64_t size() const { return end() - oldest(); }

  // True if the stack that ends at frame i can be made: i and whatever of its episode's history
  // the stack needs are still stored. Within an episode, a frame after one that has its stack has
  // its own too; so has every frame of a later episode.
  bool HasStack(std::int64_t i) const;

  // The stack that ends at frame i: frames i-stack+1, ..., i of i's episode, the episode's first
  // frame repeated where the episode is shorter. The one function that makes a stack, for acting
  // and for learning. HasStack(i) must hold. The pointers hold until that frame is overwritten.
  StackView Stack(std::int64_t i) const;

  // The memory that a ring takes, in bytes, without making one.
  static std::int64_t BytesNeeded(const FrameFormat& format, std::int64_t capacity);

 private:
  std::size_t Slot(std::int64_t i) const { return static_cast<std::size_t>(i % capacity()); }
  // How many frames before i of its episode its stack shows.
  std::int64_t History(std::int64_t i) const;

  std::size_t frame_bytes_;
  std::size_t stride_;  // bytes from slot to slot
  int stack_;
  std::int64_t end_ = 0;
  AlignedBuffer<std::uint8_t> pixels_;
  // By slot: the frame's place in its episode, counted from 0 and no further than kMaxStack. All
  // that a stack has to know of where its episode began.
  AlignedBuffer<std::uint8_t> ages_;
};

}  // namespace arcadeq
