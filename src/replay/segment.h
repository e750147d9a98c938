#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/frame.h"
#include "replay/frame_codec.h"
#include "replay/step.h"

namespace arcadeq {

// What all segments of a replay have in common.
struct SegmentFormat {
  FrameCodec codec;
  int frames;  // of a full segment: a multiple of codec.key_interval(), at most 65536

  // What stands before a segment's encoded frames: 32 + 4 bytes, and 16 a frame.
  std::size_t index_bytes() const { return 36 + 16 * static_cast<std::size_t>(frames); }
  std::size_t max_bytes() const {
    return index_bytes() + static_cast<std::size_t>(frames) * codec.max_encoded_bytes();
  }
};

std::uint64_t SegmentChecksum(std::span<const std::uint8_t> bytes);  // XXH3

// A fixed number of frames of one environment that follow each other, and the steps that led to
// them, in one block of bytes: the same in memory as in a checkpoint. Appended to until it is full,
// then sealed: never written again. Segment s of an environment has its frames from s * frames on;
// frames and steps are counted within the segment here.
class Segment {
 public:
  // Empty, with room for as many frames as it may get, or for `room` bytes (at least
  // format.index_bytes()). What room is not used is not touched.
  explicit Segment(const SegmentFormat& format) : Segment(format, format.max_bytes()) {}
  Segment(const SegmentFormat& format, std::size_t room);

  // Makes it the empty segment `number` of environment `env`; `first_step`: of that environment,
  // how many steps came before. Not while a copy that shares the block may be read.
  void Clear(int env, std::int64_t number, std::int64_t first_step);
  // The first frame of an episode, or the frame that `step` led to; `age`: see age().
  void Append(FrameEncoder& encoder, std::span<const std::uint8_t> frame, int age,
              const Step* step);
  // Nothing is appended from now on.
  void Seal() { checksum_ = SegmentChecksum(bytes()); }
  // A copy that shares nothing, in a block of its exact size.
  Segment Copy() const;

  bool full() const { return frames() == format_.frames; }
  int frames() const { return header().frames; }
  int steps() const { return header().steps; }
  int env() const { return header().env; }
  std::int64_t number() const { return header().number; }
  std::int64_t first_step() const { return first_step_; }
  // The frame's place in its episode, counted from 0 and no further than kMaxStack. All that a
  // stack has to know of where its episode began.
  int age(int frame) const { return Ages()[frame]; }
  Step step(int k) const;
  int FrameOfStep(int k) const { return StepFrames()[k]; }
  // See FrameCodec::Decode.
  bool Decode(int frame, std::uint8_t* out) const {
    return format_.codec.Decode(frame, Encoded(frame), out);
  }

  std::span<const std::uint8_t> bytes() const { return {block_.get(), used_}; }
  std::size_t room() const { return room_; }
  // By a copy, or by somebody who has the block. Tells nothing of what another thread that has let
  // go of it has read by now: it must be this thread that lets go.
  bool shared() const { return block_.use_count() > 1; }
  std::shared_ptr<const std::uint8_t[]> block() const { return block_; }
  // XXH3 of bytes(), worked out once for a segment that is sealed.
  std::uint64_t Checksum() const { return checksum_ ? *checksum_ : SegmentChecksum(bytes()); }

  // Where the bytes() of another segment may be read to, `size` of them, at least
  // format.index_bytes() and at most its room. Check() comes next, before anything else.
  std::span<std::uint8_t> Refill(std::size_t size);
  struct Expected {
    int env;
    std::int64_t number;
    const Segment* previous;  // null: no longer stored
    bool sealed;
    int actions;
  };
  // Throws UserError unless this is a segment as Append() would have made it. Every frame is
  // decoded: Decode() cannot fail afterwards.
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
  // The arrays before the encoded frames, one after the other, for as many frames as a full segment
  // has.
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
  std::int64_t first_step_ = 0;  // the header's, where a search finds it close by
  std::shared_ptr<std::uint8_t[]> block_;
};

}  // namespace arcadeq
