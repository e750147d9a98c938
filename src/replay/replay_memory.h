#pragma once

#include <cstdint>
#include <string>

#include "base/frame.h"
#include "replay/replay_config.h"

namespace arcadeq {

// How many frames of one environment's `capacity` make a segment: enough for a checkpoint to have
// few of them, few enough that what is kept beyond the capacity is little.
int SegmentFrames(std::int64_t capacity);

// The memory that a full replay takes, all included. Without compression a bound. With it an
// estimate, at an eighth of a frame's size: Space Invaders needs a thirteenth at most.
std::int64_t ReplayBytes(const FrameFormat& format, const ReplayConfig& config, int envs);

// Memory that is not for the replay, and what it is for, in words.
struct ReservedMemory {
  std::int64_t bytes = 0;
  std::string uses;
};

// Refuses, with a UserError that has the numbers and the capacity that would fit, a replay that
// would take more than the memory that is available, less what is reserved.
void CheckReplayFits(const FrameFormat& format, const ReplayConfig& config, int envs,
                     const ReservedMemory& reserved, std::int64_t available_bytes);

// For a replay that is still growing and has `frames` frames in `bytes` bytes. Throws UserError,
// rather than have the system kill the program, if `available_bytes` would not do for `next_bytes`
// and `reserved_bytes` more: frames that compress badly, or other programs, have taken what
// CheckReplayFits() counted on.
void CheckMemoryLeft(std::int64_t frames, std::int64_t bytes, std::int64_t next_bytes,
                     std::int64_t reserved_bytes, std::int64_t available_bytes);

}  // namespace arcadeq
