#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "replay/frame_codec.h"
#include "replay/step.h"

namespace arcadeq {

// The format shared by all segments of a replay.
struct SegmentFormat {
  FrameCodec codec;
  int frames;  // in a full segment: a multiple of codec.key_interval(), at most 65536

  // The size of the index before a segment's encoded frames: 36 bytes, plus 16 per frame.
  std::size_t index_bytes() const { return 36 + 16 * static_cast<std::size_t>(frames); }
  std::size_t max_bytes() const {
    return index_bytes() + static_cast<std::size_t>(frames) * codec.max_encoded_bytes();
  }
};

std::uint64_t SegmentChecksum(std::span<const std::uint8_t> bytes);  // XXH3

// A fixed number of consecutive frames of one environment and the steps that led to them, in one
// block of bytes with the same layout in memory and in a checkpoint. A segment is appended to until
// it is full, then sealed and never written again. Segment s of an environment starts at frame s *
// frames; here, frames and steps are numbered within the segment.
class Segment {
 public:
  // Creates an empty segment, with room for the largest possible size or for `room` bytes (at least
  // format.index_bytes()). Unused room is never touched.
  explicit Segment(const SegmentFormat& format) : Segment(format, format.max_bytes()) {}
  Segment(const SegmentFormat& format, std::size_t room);

  // Resets this to the empty segment `number` of environment `env`, with `first_step` earlier steps
  // in that environment. No copy that shares the block may be read meanwhile.
  void Clear(int env, std::int64_t number, std::int64_t first_step);
  // Appends the first frame of an episode, or the frame that `step` led to; see age() for `age`.
  void Append(FrameEncoder& encoder, std::span<const std::uint8_t> frame, int age,
              const Step* step);
  // Ends appending.
  void Seal() { checksum_ = SegmentChecksum(bytes()); }
  // A deep copy, in a block of exactly the needed size.
  Segment Copy() const;

  bool full() const { return frames() == format_.frames; }
  int frames() const { return header().frames; }
  int steps() const { return header().steps; }
  int env() const { return header().env; }
  std::int64_t number() const { return header().number; }
  std::int64_t first_step() const { return first_step_; }
  // The frame's position in its episode, from 0 and capped at kMaxStack: all that a stack needs to
  // know about the start of its episode.
  int age(int frame) const { return Ages()[frame]; }
  Step step(int k) const;
  int FrameOfStep(int k) const { return StepFrames()[k]; }
  // See FrameCodec::Decode.
  bool Decode(int frame, std::uint8_t* out) const {
    return format_.codec.Decode(frame, Encoded(frame), out);
  }

  std::span<const std::uint8_t> bytes() const { return {block_.get(), used_}; }
  std::size_t room() const { return room_; }
  // Whether a copy or another owner shares the block. Provides no synchronisation with other
  // threads' reads, so owners must be released on this thread.
  bool shared() const { return block_.use_count() > 1; }
  std::shared_ptr<const std::uint8_t[]> block() const { return block_; }
  // XXH3 of bytes(); computed only once for a sealed segment.
  std::uint64_t Checksum() const { return checksum_ ? *checksum_ : SegmentChecksum(bytes()); }

  // Returns memory into which to read the bytes() of another segment; `size` is at least
  // format.index_bytes() and at most the room. Call Check() next, before anything else.
  std::span<std::uint8_t> Refill(std::size_t size);
  struct Expected {
    int env;
    std::int64_t number;
    const Segment* previous;  // null if no longer stored
    bool sealed;
    int actions;
  };
  // Throws UserError unless Append() could have produced this segment. Decodes every frame, so that
  // Decode() cannot fail afterwards.
  void Check(const Expected& expected);

 private:
  struct Header {
    std::uint32_t magic;
    std::int32_t env;
    std::int64_t number;
    std::int64_t first_step;
    std::int32_t frames;
    std::int32_t steps;
  };

  template <typename T>
  T* Array(std::size_t offset) const {
    return reinterpret_cast<T*>(block_.get() + offset);
  }
  // The arrays before the encoded frames, consecutive, each sized for a full segment.
  Header& header() const { return *Array<Header>(0); }
  std::uint32_t* Offsets() const { return Array<std::uint32_t>(sizeof(Header)); }  // frames + 1
  float* Rewards() const { return Array<float>(sizeof(Header) + 4 + 4 * Room()); }
  std::int32_t* Actions() const { return Array<std::int32_t>(sizeof(Header) + 4 + 8 * Room()); }
  std::uint16_t* StepFrames() const {
    return Array<std::uint16_t>(sizeof(Header) + 4 + 12 * Room());
  }
  std::uint8_t* Ages() const { return Array<std::uint8_t>(sizeof(Header) + 4 + 14 * Room()); }
  std::uint8_t* Ends() const { return Array<std::uint8_t>(sizeof(Header) + 4 + 15 * Room()); }
  std::uint8_t* Pixels() const { return block_.get() + format_.index_bytes(); }
  std::size_t Room() const { return static_cast<std::size_t>(format_.frames); }
  std::span<const std::uint8_t> Encoded(int frame) const {
    return {Pixels() + Offsets()[frame], Offsets()[frame + 1] - Offsets()[frame]};
  }
  bool HasGoodHeader(const Expected& expected) const;
  bool HasGoodIndex(const Expected& expected) const;
  bool HasGoodFrames() const;

  SegmentFormat format_;
  std::size_t room_;
  std::size_t used_ = 0;
  std::optional<std::uint64_t> checksum_;
  std::int64_t first_step_ = 0;  // a copy of the header's, for fast searches
  std::shared_ptr<std::uint8_t[]> block_;
};

}  // namespace arcadeq
