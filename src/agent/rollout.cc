#include "agent/rollout.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "base/frame.h"
#include "base/state.h"
#include "replay/frame_codec.h"
#include "replay/frame_stack.h"
#include "replay/step.h"

namespace arcadeq {

namespace {

// The frames of a window: each step may add two, an episode's last and the next one's first.
std::int64_t Slots(int stack, std::int64_t length) {
  return stack + 2 * length;
}

}  // namespace

std::int64_t Rollout::Bytes(const FrameFormat& format, int stack, int envs, std::int64_t length) {
  const auto stride = static_cast<std::int64_t>(FrameStride(format));
  return envs *
         (Slots(stack, length) * stride + length * static_cast<std::int64_t>(sizeof(StoredStep)));
}

Rollout::Rollout(const FrameFormat& format, int stack, int envs, int length)
    : stack_(stack),
      length_(length),
      frame_bytes_(format.bytes()),
      stride_(FrameStride(format)),
      slots_(static_cast<int>(Slots(stack, length))),
      frames_(static_cast<std::size_t>(envs) * slots_ * stride_),
      steps_(static_cast<std::size_t>(envs) * length),
      envs_(static_cast<std::size_t>(envs)) {}

void Rollout::BeginEpisode(int env, std::span<const std::uint8_t> frame) {
  Place& newest = envs_[env].newest;
  newest = {newest.slot + 1, 0};
  assert(newest.slot < slots_);
  std::ranges::copy(frame, Frame(env, newest.slot));
}

void Rollout::Append(int env, const Step& step, std::span<const std::uint8_t> next_frame) {
  Environment& environment = envs_[env];
  const Place before = environment.newest;
  const Place after = {before.slot + 1, std::min(before.depth + 1, stack_ - 1)};
  assert(environment.steps < length_ && after.slot < slots_);
  std::ranges::copy(next_frame, Frame(env, after.slot));
  steps_[static_cast<std::size_t>(environment.steps) * envs_.size() + env] = {step, before, after};
  environment.newest = after;
  ++environment.steps;
}

void Rollout::Clear() {
  for (int env = 0; env < envs(); ++env) {
    Environment& environment = envs_[env];
    const auto [slot, depth] = environment.newest;
    std::memmove(Frame(env, 0), Frame(env, slot - depth),
                 static_cast<std::size_t>(depth + 1) * stride_);
    environment = {0, {depth, depth}};
  }
}

bool Rollout::full() const {
  return std::ranges::all_of(
      envs_, [this](const Environment& environment) { return environment.steps == length_; });
}

StackView Rollout::View(int env, Place newest) const {
  return MakeStackView(stack_, newest.depth,
                       [&](int back) { return Frame(env, newest.slot - back); });
}

void Rollout::ReadNewestStack(int env, FrameStack& stack) const {
  const auto [slot, depth] = envs_[env].newest;
  stack.Begin({Frame(env, slot - depth), frame_bytes_});
  for (int back = depth - 1; back >= 0; --back) stack.Push({Frame(env, slot - back), frame_bytes_});
}

void Rollout::VisitState(State& state) {
  for (int env = 0; env < envs(); ++env) {
    state.Group("stack_" + std::to_string(env), [&] {
      Place& newest = envs_[env].newest;
      std::int64_t depth = newest.depth;
      state.Count("depth", depth);
      if (depth >= stack_) state.Refuse("depth", "more frames than a stack shows");
      newest = {static_cast<int>(depth), static_cast<int>(depth)};
      for (int slot = 0; slot <= newest.slot; ++slot) {
        state.Values("frame_" + std::to_string(slot), std::span(Frame(env, slot), frame_bytes_));
      }
    });
  }
}

}  // namespace arcadeq
