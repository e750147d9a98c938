#pragma once

#include <cstdint>
#include <cstring>
#include <span>

#include "base/aligned_buffer.h"
#include "base/frame.h"

namespace arcadeq {

class FrameStack {
 public:
  FrameStack(const FrameFormat& format, int stack)
      : bytes_((format.bytes() + 15) / 16 * 16), stack_(stack), pixels_(bytes_ * stack) {}
  void Begin(std::span<const std::uint8_t> frame) {
    for (int i = 0; i < stack_; ++i) Push(frame);
  }
  void Push(std::span<const std::uint8_t> frame) {
    std::memcpy(pixels_.data() + bytes_ * next_, frame.data(), frame.size());
    next_ = (next_ + 1) % stack_;
  }
  StackView View() const {
    StackView view;
    view.depth = stack_;
    for (int i = 0; i < stack_; ++i)
      view.frames[i] = pixels_.data() + bytes_ * ((next_ + i) % stack_);
    return view;
  }

 private:
  std::size_t bytes_;
  int stack_;
  int next_ = 0;
  AlignedBuffer<std::uint8_t> pixels_;
};

}  // namespace arcadeq
