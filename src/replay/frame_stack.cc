#include "replay/frame_stack.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>

#include "base/frame.h"
#include "replay/frame_codec.h"

namespace arcadeq {
namespace {

int CheckedDepth(int depth) {
  if (depth < 1 || depth > kMaxStack) throw std::invalid_argument("FrameStack: invalid depth");
  return depth;
}

}  // namespace

FrameStack::FrameStack(const FrameFormat& format, int depth)
    : depth_(CheckedDepth(depth)),
      stride_(FrameStride(format)),
      slots_(static_cast<std::size_t>(depth) * stride_) {}

void FrameStack::Write(std::span<const std::uint8_t> frame) {
  assert(frame.size() <= stride_);
  newest_ = (newest_ + 1) % depth_;
  std::memcpy(slots_.data() + static_cast<std::size_t>(newest_) * stride_, frame.data(),
              frame.size());
}

void FrameStack::Begin(std::span<const std::uint8_t> frame) {
  Write(frame);
  before_ = 0;
}

void FrameStack::Push(std::span<const std::uint8_t> frame) {
  Write(frame);
  before_ = std::min(before_ + 1, depth_ - 1);
}

StackView FrameStack::View() const {
  return MakeStackView(depth_, before_, [this](int back) {
    const int slot = (newest_ - back + depth_) % depth_;
    return slots_.data() + static_cast<std::size_t>(slot) * stride_;
  });
}

}  // namespace arcadeq
