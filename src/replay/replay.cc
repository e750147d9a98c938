#include "replay/replay.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "base/error.h"
#include "base/memory.h"

namespace arcadeq {
namespace {

// What a program takes beside its replay: up to 268 MB of pictures on their way into GIFs, some
// tens for the networks and the emulator.
constexpr std::int64_t kReservedBytes = 400'000'000;

// Rounded down to two figures, so that what fits now still fits a moment later.
std::int64_t RoundDown(std::int64_t n) {
  std::int64_t unit = 1;
  while (n / unit >= 100) unit *= 10;
  return n / unit * unit;
}

}  // namespace

void ReplayConfig::Declare(Settings& settings) {
  settings.Add("replay.capacity", &capacity, kMinCapacity, kMaxCapacity,
               "Frames that the replay memory keeps, each once, as bytes; taken before training");
}

Batch::Batch(int size) : s_tm1(size), a_tm1(size), r_t(size), end_t(size), s_t(size) {}

Replay::Replay(const FrameFormat& format, int stack, std::int64_t capacity)
    : frames_(format, stack, capacity), transitions_(static_cast<std::size_t>(capacity)) {}

void Replay::AppendFrame(std::span<const std::uint8_t> frame, bool first) {
  frames_.Append(frame, first);
  while (oldest_ < end_ && !frames_.HasStack(At(oldest_).frame)) ++oldest_;
}

void Replay::BeginEpisode(std::span<const std::uint8_t> frame) {
  AppendFrame(frame, true);
  in_episode_ = true;
}

void Replay::Append(std::int32_t action, float reward, StepEnd end,
                    std::span<const std::uint8_t> next_frame) {
  assert(in_episode_);
  transitions_[static_cast<std::size_t>(end_ % capacity())] = {frames_.end() - 1, action, reward,
                                                               end};
  ++end_;
  AppendFrame(next_frame, false);
  in_episode_ = !end.terminated && !end.truncated;
}

void Replay::Sample(RandomStream& random, Batch& batch) const {
  assert(CanSample());
  for (int k = 0; k < batch.size(); ++k) {
    const Transition& transition =
        At(oldest_ + static_cast<std::int64_t>(random.Below(transitions())));
    batch.s_tm1[k] = frames_.Stack(transition.frame);
    batch.a_tm1[k] = transition.action;
    batch.r_t[k] = transition.reward;
    batch.end_t[k] = transition.end;
    batch.s_t[k] = frames_.Stack(transition.frame + 1);
  }
}

std::int64_t Replay::BytesNeeded(const FrameFormat& format, std::int64_t capacity) {
  return FrameRing::BytesNeeded(format, capacity) +
         capacity * static_cast<std::int64_t>(sizeof(Transition));
}

void CheckReplayFits(const FrameFormat& format, std::int64_t capacity,
                     std::int64_t available_bytes) {
  const std::int64_t needed = Replay::BytesNeeded(format, capacity);
  const std::int64_t room = std::max<std::int64_t>(available_bytes - kReservedBytes, 0);
  if (needed <= room) return;
  const std::int64_t fits = RoundDown(room / Replay::BytesNeeded(format, 1));
  const std::string advice = fits >= ReplayConfig::kMinCapacity
                                 ? fmt::format("replay.capacity = {} would fit", fits)
                                 : std::string("no replay.capacity would fit");
  ThrowUserError(
      "a replay of {} frames takes {}, but {} of memory are available, {} of them for the rest of "
      "the program; {}",
      capacity, FormatBytes(needed), FormatBytes(available_bytes), FormatBytes(kReservedBytes),
      advice);
}

}  // namespace arcadeq
