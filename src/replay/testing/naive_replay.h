#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "base/frame.h"

namespace arcadeq {

// Frames for the tests of this folder: each holds its own number, in a size that does not fill its
// slot.
inline constexpr FrameFormat kNumberedFrame{ElementType::kUint8, 1, 5};

inline std::vector<std::uint8_t> FrameOf(std::int64_t number) {
  std::vector<std::uint8_t> frame(kNumberedFrame.bytes(), 0xff);
  const auto word = static_cast<std::uint32_t>(number);
  std::memcpy(frame.data(), &word, sizeof(word));
  return frame;
}

inline std::vector<std::int64_t> NumbersIn(const StackView& view) {
  std::vector<std::int64_t> numbers;
  for (int k = 0; k < view.depth; ++k) {
    std::uint32_t word;
    std::memcpy(&word, view.frames[k], sizeof(word));
    numbers.push_back(word);
  }
  return numbers;
}

// What a replay must hold, by definition rather than by arithmetic: it forgets nothing, makes the
// stacks as an actor would see them, and asks afterwards which of them a ring would still have.
class NaiveReplay {
 public:
  NaiveReplay(int stack, std::int64_t capacity) : stack_(stack), capacity_(capacity) {}

  void BeginEpisode() { Push(std::deque<std::int64_t>(stack_, end())); }
  void Step() {
    std::deque<std::int64_t> stack = stacks_.back();
    stack.pop_front();
    stack.push_back(end());
    has_action_.back() = true;
    Push(stack);
  }

  std::int64_t end() const { return static_cast<std::int64_t>(stacks_.size()); }
  bool Stored(std::int64_t i) const { return i >= 0 && i < end() && i >= end() - capacity_; }

  // The frames of the stack that ends in i; nothing if one of them is no longer stored.
  std::optional<std::vector<std::int64_t>> Stack(std::int64_t i) const {
    if (!Stored(i)) return std::nullopt;
    for (std::int64_t number : stacks_[i]) {
      if (!Stored(number)) return std::nullopt;
    }
    return Seen(i);
  }

  // The stack that ended in i when it was the newest.
  std::vector<std::int64_t> Seen(std::int64_t i) const {
    return {stacks_[i].begin(), stacks_[i].end()};
  }

  // The frames from which a transition can be drawn.
  std::vector<std::int64_t> Transitions() const {
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = 0; i < end(); ++i) {
      if (has_action_[i] && Stack(i) && Stack(i + 1)) numbers.push_back(i);
    }
    return numbers;
  }

 private:
  void Push(std::deque<std::int64_t> stack) {
    stacks_.push_back(std::move(stack));
    has_action_.push_back(false);
  }

  int stack_;
  std::int64_t capacity_;
  std::vector<std::deque<std::int64_t>> stacks_;
  std::vector<bool> has_action_;
};

}  // namespace arcadeq
