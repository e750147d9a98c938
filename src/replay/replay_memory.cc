#include "replay/replay_memory.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/frame.h"
#include "base/quantity_text.h"
#include "replay/frame_codec.h"
#include "replay/replay_config.h"
#include "replay/segment.h"

namespace arcadeq {
namespace {

// Rounds down to two figures, so that a capacity that fits now still fits a moment later.
std::int64_t RoundDown(std::int64_t n) {
  std::int64_t unit = 1;
  while (n / unit >= 100) unit *= 10;
  return n / unit * unit;
}

// The largest capacity that takes at most `room` bytes; 0 if none does.
std::int64_t LargestThatFits(const FrameFormat& format, ReplayConfig config, int envs,
                             std::int64_t room) {
  std::int64_t fits = 0, too_many = config.capacity;
  while (too_many - fits > 1) {
    config.capacity = fits + (too_many - fits) / 2;
    (ReplayBytes(format, config, envs) <= room ? fits : too_many) = config.capacity;
  }
  return RoundDown(fits);
}

}  // namespace

int SegmentFrames(std::int64_t capacity) {
  const auto frames = std::bit_floor(static_cast<std::uint64_t>(capacity) / 32);
  return static_cast<int>(std::clamp<std::uint64_t>(frames, 16, 1024));
}

std::int64_t ReplayBytes(const FrameFormat& format, const ReplayConfig& config, int envs) {
  const FrameCodec codec(format, config.compression_kind());
  const std::int64_t capacity = (config.capacity + envs - 1) / envs;
  const SegmentFormat segment{codec, SegmentFrames(capacity)};
  // The stored frames may begin and end within segments, and one more segment may be spare.
  const std::int64_t sealed = capacity / segment.frames + 2;
  const bool compressed = codec.compression() == Compression::kLz4;
  const auto bytes = static_cast<std::int64_t>(segment.index_bytes() +
                                               static_cast<std::size_t>(segment.frames) *
                                                   codec.frame_bytes() / (compressed ? 8 : 1));
  const std::vector<std::int64_t> capacities(static_cast<std::size_t>(envs), capacity);
  return config.sampler.Make(capacities)->bytes() +
         envs * (sealed * (bytes + static_cast<std::int64_t>(sizeof(Segment))) + bytes +
                 FrameEncoder::Bytes(codec));
}

void CheckReplayFits(const FrameFormat& format, const ReplayConfig& config, int envs,
                     const ReservedMemory& reserved, std::int64_t available_bytes) {
  const std::int64_t needed = ReplayBytes(format, config, envs);
  const std::int64_t room = std::max<std::int64_t>(available_bytes - reserved.bytes, 0);
  if (needed <= room) return;
  const std::int64_t fits = LargestThatFits(format, config, envs, room);
  const std::string advice =
      fits >= ReplayConfig::kMinCapacity
          ? fmt::format("a new run with replay.capacity = {} would fit", fits)
          : std::string("no replay.capacity would fit");
  const bool estimated =
      config.compression_kind() == Compression::kLz4 && format.element == ElementType::kUint8;
  ThrowUserError(
      "a replay of {} frames takes {}{}, but {} of memory is available, {} of it for {}; {}",
      config.capacity, estimated ? "about " : "", FormatBytes(needed), FormatBytes(available_bytes),
      FormatBytes(reserved.bytes), reserved.uses, advice);
}

void CheckMemoryLeft(std::int64_t frames, std::int64_t bytes, std::int64_t next_bytes,
                     std::int64_t reserved_bytes, std::int64_t available_bytes) {
  if (available_bytes - reserved_bytes >= next_bytes) return;
  ThrowUserError(
      "memory runs out: {} frames of an environment take {} of replay memory, {} each, and {} are "
      "left; begin a new run with a lower replay.capacity",
      frames, FormatBytes(bytes), FormatBytes(bytes / frames), FormatBytes(available_bytes));
}

}  // namespace arcadeq
