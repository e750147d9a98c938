#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/frame.h"
#include "base/state.h"
#include "replay/frame_stack.h"
#include "replay/step.h"

namespace arcadeq {

// One window's steps in every environment and the frames around them, for an agent that learns from
// each window once and then forgets it. Everything is allocated at construction. Not
// thread-safe, except that steps of different environments may be added concurrently.
class Rollout {
 public:
  // `length` steps in each of `envs` environments; stack in [1, kMaxStack].
  Rollout(const FrameFormat& format, int stack, int envs, int length);
  // The memory that it takes, approximately.
  static std::int64_t Bytes(const FrameFormat& format, int stack, int envs, std::int64_t length);

  // As in ReplayStore. An environment takes at most `length` steps before Clear().
  void BeginEpisode(int env, std::span<const std::uint8_t> frame);
  void Append(int env, const Step& step, std::span<const std::uint8_t> next_frame);
  // Forgets the steps but keeps the newest stacks, from which the next window continues.
  void Clear();

  int envs() const { return static_cast<int>(envs_.size()); }
  int length() const { return length_; }
  bool full() const;

  // Samples are numbered in the order of play: t * envs() + env is step t of environment env.
  int samples() const { return envs() * length_; }
  const Step& step(int sample) const { return steps_[sample].step; }
  // A sample's s_tm1 and s_t. Valid until Clear().
  StackView before(int sample) const { return View(sample % envs(), steps_[sample].before); }
  StackView after(int sample) const { return View(sample % envs(), steps_[sample].after); }

  // Fills `stack`, which has this rollout's format and depth, with an environment's newest stack.
  void ReadNewestStack(int env, FrameStack& stack) const;

  // Call between two windows, that is, after Clear().
  void VisitState(State& state);

 private:
  // The slot of a stack's newest frame, and how many earlier frames of the episode the stack shows.
  struct Place {
    int slot = 0;
    int depth = 0;
  };
  struct StoredStep {
    Step step;
    Place before, after;
  };
  struct Environment {
    int steps = 0;
    Place newest;
  };

  std::uint8_t* Frame(int env, int slot) {
    return frames_.data() + (static_cast<std::size_t>(env) * slots_ + slot) * stride_;
  }
  const std::uint8_t* Frame(int env, int slot) const {
    return frames_.data() + (static_cast<std::size_t>(env) * slots_ + slot) * stride_;
  }
  StackView View(int env, Place newest) const;

  int stack_;
  int length_;
  std::size_t frame_bytes_;
  std::size_t stride_;                  // from frame to frame
  int slots_;                           // per environment
  AlignedBuffer<std::uint8_t> frames_;  // [envs][slots][stride]
  std::vector<StoredStep> steps_;       // by sample
  std::vector<Environment> envs_;
};

}  // namespace arcadeq
