#include "replay/frame_ring.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>

namespace arcadeq {
namespace {

// Slots begin at multiples of this. The usual frames (105x80, 84x84) are whole multiples already,
// so that nothing is lost between them.
constexpr std::size_t kSlotAlignment = 16;

std::size_t Stride(const FrameFormat& format) {
  return (format.bytes() + kSlotAlignment - 1) / kSlotAlignment * kSlotAlignment;
}

std::size_t CheckedCapacity(int stack, std::int64_t capacity) {
  if (stack < 1 || stack > kMaxStack) throw std::invalid_argument("FrameRing: bad stack");
  if (capacity < stack + 1) throw std::invalid_argument("FrameRing: capacity below stack + 1");
  return static_cast<std::size_t>(capacity);
}

}  // namespace

FrameRing::FrameRing(const FrameFormat& format, int stack, std::int64_t capacity)
    : frame_bytes_(format.bytes()),
      stride_(Stride(format)),
      stack_(stack),
      pixels_(CheckedCapacity(stack, capacity) * stride_),
      ages_(static_cast<std::size_t>(capacity)) {}

void FrameRing::Append(std::span<const std::uint8_t> frame, bool first) {
  assert(frame.size() == frame_bytes_);
  assert(first || end_ > 0);
  const int age = first ? 0 : std::min(ages_[Slot(end_ - 1)] + 1, kMaxStack);
  const std::size_t slot = Slot(end_);
  std::memcpy(pixels_.data() + slot * stride_, frame.data(), frame_bytes_);
  ages_[slot] = static_cast<std::uint8_t>(age);
  ++end_;
}

std::int64_t FrameRing::History(std::int64_t i) const {
  return std::min<std::int64_t>(ages_[Slot(i)], stack_ - 1);
}

bool FrameRing::HasStack(std::int64_t i) const {
  return i >= oldest() && i < end_ && i - History(i) >= oldest();
}

StackView FrameRing::Stack(std::int64_t i) const {
  assert(HasStack(i));
  const std::int64_t history = History(i);
  StackView view;
  view.depth = stack_;
  for (int k = 0; k < stack_; ++k) {
    const std::int64_t back = std::min<std::int64_t>(stack_ - 1 - k, history);
    view.frames[k] = pixels_.data() + Slot(i - back) * stride_;
  }
  return view;
}

std::int64_t FrameRing::BytesNeeded(const FrameFormat& format, std::int64_t capacity) {
  return capacity * static_cast<std::int64_t>(Stride(format) + sizeof(std::uint8_t));
}

}  // namespace arcadeq
