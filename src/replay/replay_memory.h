#pragma once

#include <cstdint>
#include <string>

#include "base/frame.h"
#include "replay/replay_config.h"

namespace arcadeq {

// The number of frames in a segment, for an environment with `capacity` frames: large enough that a
// checkpoint has few segments, small enough that little is kept beyond the capacity.
int SegmentFrames(std::int64_t capacity);

// The total memory of a full replay: an upper bound without compression, and with it an estimate
// that assumes an eighth of a frame's size (Space Invaders needs a thirteenth at most). Includes
// the sampler's.
std::int64_t ReplayBytes(const FrameFormat& format, const ReplayConfig& config, int envs);

// Memory that is not available to the replay, and a description of its purpose.
struct ReservedMemory {
  std::int64_t bytes = 0;
  std::string uses;
};

// Throws UserError, stating the sizes and the capacity that would fit, if the replay needs more
// than the available memory less the reserved.
void CheckReplayFits(const FrameFormat& format, const ReplayConfig& config, int envs,
                     const ReservedMemory& reserved, std::int64_t available_bytes);

// For a growing replay with `frames` frames in `bytes` bytes. Throws UserError, before the system
// would kill the program, if `available_bytes` is less than `next_bytes` plus `reserved_bytes`:
// badly compressible frames or other programs have used up the memory that CheckReplayFits()
// counted on.
void CheckMemoryLeft(std::int64_t frames, std::int64_t bytes, std::int64_t next_bytes,
                     std::int64_t reserved_bytes, std::int64_t available_bytes);

}  // namespace arcadeq
