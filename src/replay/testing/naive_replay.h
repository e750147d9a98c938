#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "base/frame.h"
#include "replay/step.h"
#include "replay/transition.h"

namespace arcadeq {

// Frames for the tests in this folder: each contains its own number, and its size does not fill its
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

// Defines what a replay must contain, without any ring arithmetic: it keeps everything, builds
// stacks as an actor would see them, and determines afterwards which of them a ring would still
// have. Transitions are identified by the number of the frame on which their action was taken.
class NaiveReplay {
 public:
  NaiveReplay(int stack, std::int64_t capacity, const TransitionRule& rule)
      : stack_(stack), capacity_(capacity), rule_(rule) {}

  void BeginEpisode() { Push(std::deque<std::int64_t>(stack_, end())); }
  void Append(double reward, const StepEnd& end_of_step) {
    std::deque<std::int64_t> stack = stacks_.back();
    stack.pop_front();
    stack.push_back(end());
    steps_.back() = {reward, end_of_step};
    Push(stack);
  }

  std::int64_t end() const { return static_cast<std::int64_t>(stacks_.size()); }
  bool Stored(std::int64_t i) const { return i >= 0 && i < end() && i >= end() - capacity_; }

  // The frames of the stack that ends in i; nothing if one of them has been evicted.
  std::optional<std::vector<std::int64_t>> Stack(std::int64_t i) const {
    if (!Stored(i)) return std::nullopt;
    for (std::int64_t number : stacks_[i]) {
      if (!Stored(number)) return std::nullopt;
    }
    return Seen(i);
  }

  // The stack that ended in i when i was the newest frame.
  std::vector<std::int64_t> Seen(std::int64_t i) const {
    return {stacks_[i].begin(), stacks_[i].end()};
  }

  struct Transition {
    double reward, discount;
    std::int64_t next;  // s_t's newest frame
  };
  // Nothing if it is incomplete.
  std::optional<Transition> transition(std::int64_t i) const {
    if (!Stack(i)) return std::nullopt;
    Transition sum{0, 1, i};
    while (sum.next < i + rule_.n_step) {
      const std::optional<Step>& step = steps_[sum.next];
      if (!step) {
        const bool broken_off = sum.next + 1 < end();
        return broken_off && sum.next > i ? std::optional(sum) : std::nullopt;
      }
      sum.reward += std::pow(rule_.gamma, sum.next - i) * step->reward;
      ++sum.next;
      sum.discount = std::pow(rule_.gamma, sum.next - i);
      if (step->end.terminated || (step->end.life_lost && rule_.terminal_on_life_loss)) {
        sum.discount = 0;
        break;
      }
      if (step->end.truncated) break;
    }
    return sum;
  }

  std::vector<std::int64_t> Transitions() const {
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = 0; i < end(); ++i) {
      if (transition(i)) numbers.push_back(i);
    }
    return numbers;
  }

 private:
  struct Step {
    double reward;
    StepEnd end;
  };

  void Push(std::deque<std::int64_t> stack) {
    stacks_.push_back(std::move(stack));
    steps_.push_back(std::nullopt);
  }

  int stack_;
  std::int64_t capacity_;
  TransitionRule rule_;
  std::vector<std::deque<std::int64_t>> stacks_;  // by frame
  std::vector<std::optional<Step>> steps_;        // the step taken on each frame
};

}  // namespace arcadeq
