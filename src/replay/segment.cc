#include "replay/segment.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/aligned_buffer.h"
#include "base/error.h"
#include "base/frame.h"
#include "base/hash.h"
#include "replay/frame_codec.h"
#include "replay/step.h"

namespace arcadeq {
namespace {

static_assert(std::endian::native == std::endian::little, "segments are stored little-endian");

constexpr std::uint32_t kMagic = 0x31'53'51'41;  // "AQS1"
constexpr std::uint8_t kTerminated = 1, kTruncated = 2, kLifeLost = 4;

std::uint8_t EndBits(const StepEnd& end) {
  return static_cast<std::uint8_t>((end.terminated ? kTerminated : 0) |
                                   (end.truncated ? kTruncated : 0) |
                                   (end.life_lost ? kLifeLost : 0));
}

}  // namespace

std::uint64_t SegmentChecksum(std::span<const std::uint8_t> bytes) {
  return HashOf(std::as_bytes(bytes));
}

Segment::Segment(const SegmentFormat& format, std::size_t room)
    : format_(format), room_(room), block_(new std::uint8_t[room]) {
  assert(room >= format.index_bytes());
  Clear(0, 0, 0);
}

void Segment::Clear(int env, std::int64_t number, std::int64_t first_step) {
  used_ = format_.index_bytes();
  std::memset(block_.get(), 0, used_);
  header() = {kMagic, env, number, first_step, 0, 0};
  first_step_ = first_step;
  checksum_.reset();
}

void Segment::Append(FrameEncoder& encoder, std::span<const std::uint8_t> frame, int age,
                     const Step* step) {
  assert(!full());
  const int k = frames();
  used_ += encoder.Encode(k, frame, block_.get() + used_);
  Offsets()[k + 1] = static_cast<std::uint32_t>(used_ - format_.index_bytes());
  Ages()[k] = static_cast<std::uint8_t>(age);
  if (step != nullptr) {
    const int s = header().steps++;
    Rewards()[s] = step->reward;
    Actions()[s] = step->action;
    StepFrames()[s] = static_cast<std::uint16_t>(k);
    Ends()[s] = EndBits(step->end);
  }
  header().frames = k + 1;
}

Step Segment::step(int k) const {
  const int end = Ends()[k];
  return {Actions()[k],
          Rewards()[k],
          {(end & kTerminated) != 0, (end & kTruncated) != 0, (end & kLifeLost) != 0}};
}

Segment Segment::Copy() const {
  Segment copy(format_, used_);
  std::memcpy(copy.block_.get(), block_.get(), used_);
  copy.used_ = used_;
  copy.first_step_ = first_step_;
  return copy;
}

std::span<std::uint8_t> Segment::Refill(std::size_t size) {
  assert(size >= format_.index_bytes() && size <= room_);
  used_ = size;
  return {block_.get(), size};
}

void Segment::Check(const Expected& expected) {
  if (!HasGoodHeader(expected) || !HasGoodIndex(expected) || !HasGoodFrames()) {
    ThrowUserError("segment {} of environment {} of the replay is damaged", expected.number,
                   expected.env);
  }
  first_step_ = header().first_step;
  if (expected.sealed) Seal();
}

bool Segment::HasGoodHeader(const Expected& expected) const {
  const Header& h = header();
  if (h.magic != kMagic || h.env != expected.env || h.number != expected.number) return false;
  const bool good_frames =
      expected.sealed ? h.frames == format_.frames : h.frames > 0 && h.frames < format_.frames;
  if (!good_frames || h.steps < 0 || h.steps > h.frames) return false;
  return expected.previous != nullptr
             ? h.first_step == expected.previous->first_step() + expected.previous->steps()
             : h.first_step >= 0 && h.first_step <= h.number * format_.frames;
}

bool Segment::HasGoodIndex(const Expected& expected) const {
  // The age of the previous frame, or -1 if unknown, and whether its episode ended there.
  int age = -1;
  bool done = false;
  if (const Segment* previous = expected.previous) {
    age = previous->age(previous->frames() - 1);
    done = age > 0 && previous->step(previous->steps() - 1).end.done();
  } else if (expected.number == 0) {
    done = true;
  }
  int step = 0;
  if (Offsets()[0] != 0) return false;
  for (int k = 0; k < frames(); ++k) {
    const int next = Ages()[k];
    const std::uint32_t begin = Offsets()[k], end = Offsets()[k + 1];
    if (end < begin || end - begin > format_.codec.max_encoded_bytes()) return false;
    if (next == 0) {
      done = false;
    } else {
      const bool follows = age < 0 ? next <= kMaxStack : next == std::min(age + 1, kMaxStack);
      if (done || !follows || step == steps() || StepFrames()[step] != k) return false;
      if (Actions()[step] < 0 || Actions()[step] >= expected.actions) return false;
      if (!std::isfinite(Rewards()[step]) || Ends()[step] > 7) return false;
      done = this->step(step).end.done();
      ++step;
    }
    age = next;
  }
  return step == steps() && Offsets()[frames()] == used_ - format_.index_bytes();
}

bool Segment::HasGoodFrames() const {
  const auto interval = static_cast<std::size_t>(format_.codec.key_interval());
  AlignedBuffer<std::uint8_t> decoded(interval * format_.codec.stride());
  for (int k = 0; k < frames(); ++k) {
    const std::size_t slot = static_cast<std::size_t>(k) % interval;
    if (!Decode(k, decoded.data() + slot * format_.codec.stride())) return false;
  }
  return true;
}

}  // namespace arcadeq
