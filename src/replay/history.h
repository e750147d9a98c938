#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "replay/segment.h"

namespace arcadeq {

// The last `capacity` frames of one environment and the steps between them, in segments. Frames and
// steps are numbered by the order they came in, from 0. A segment is kept until its last frame is
// one too many: what is kept beyond the capacity is not shown. Memory is taken when a segment
// begins or is sealed, never in between. Not thread-safe.
class History {
 public:
  // stack in [1, kMaxStack], capacity >= stack + 1.
  History(const SegmentFormat& format, int env, int stack, std::int64_t capacity);

  // The first frame of an episode, whether or not the one before was ended.
  void BeginEpisode(std::span<const std::uint8_t> frame) { Append(frame, nullptr); }
  // The frame that a step led to. After a step that is done(), BeginEpisode() comes first. Both
  // throw UserError if the memory that is available would not do for another segment.
  void Append(const Step& step, std::span<const std::uint8_t> frame) { Append(frame, &step); }

  // Memory that is to stay free when segments are taken.
  void Reserve(std::int64_t bytes) { reserved_bytes_ = bytes; }

  std::int64_t capacity() const { return capacity_; }
  // The number of the lowest frame stored, and one past the newest.
  std::int64_t oldest() const { return end_ > capacity_ ? end_ - capacity_ : 0; }
  std::int64_t end() const { return end_; }
  std::int64_t frames() const { return end() - oldest(); }
  // The memory that the segments take.
  std::int64_t bytes() const;
  // A step whose two stacks are stored whole, with the frames that they show.
  struct Transition {
    Step step;
    std::int64_t next_frame;  // the newest of s_t; the one before it is the newest of s_tm1
    int age;                  // of next_frame, at least 1; see Segment::age()
  };
  // Steps are lost in the order they came in, as frames are: the ones that have their stacks are
  // those from a number on, and nothing between them is missing.
  std::int64_t transitions() const { return end_step_ - oldest_step_; }
  // The k-th, from the oldest.
  Transition transition(std::int64_t k) const { return StepAt(oldest_step_ + k); }
  // How many frames before one of the given age its stack shows.
  int Depth(int age) const { return std::min(age, stack_ - 1); }
  int newest_age() const { return age_; }

  // Decodes frames [first, first + count), all kept, to `out`, stride() bytes each; up to
  // key_interval() - 1 places before `out` are written, too. False if a frame is damaged.
  bool Decode(std::int64_t first, int count, std::uint8_t* out) const;

  // Calls function(segment, sealed) for every segment, oldest first. The last may be unsealed.
  template <typename Function>
  void ForEachSegment(Function&& function) const {
    for (const Segment& segment : segments_) function(segment, true);
    if (open_.frames() > 0) function(open_, false);
  }

  // Restores an empty history, segment by segment in that order; `read` puts the `size` bytes of
  // the segment where it is told. EndRestore() is the last. Actions must be below `actions`. All
  // throw UserError where the bytes are damaged or do not belong together.
  using Read = std::function<void(std::span<std::uint8_t>)>;
  void Restore(std::int64_t number, bool sealed, std::size_t size, int actions, const Read& read);
  void EndRestore();

 private:
  void Append(std::span<const std::uint8_t> frame, const Step* step);
  void Seal();
  void Forget();
  Transition StepAt(std::int64_t number) const;
  bool HasStacks(const Transition& transition) const;
  std::int64_t first_segment() const {
    return open_.number() - static_cast<std::int64_t>(segments_.size());
  }
  const Segment& SegmentOf(std::int64_t frame) const;

  SegmentFormat format_;
  int env_;
  int stack_;
  std::int64_t capacity_;
  std::int64_t reserved_bytes_ = 16'000'000;
  std::vector<Segment> segments_;  // sealed, in order
  Segment open_;                   // the one after them, never full between two calls
  std::optional<Segment> spare_;   // forgotten, to be filled again
  FrameEncoder encoder_;
  std::int64_t end_ = 0;
  std::int64_t oldest_step_ = 0;  // the first that has its stacks
  std::int64_t end_step_ = 0;
  int age_ = 0;       // of the newest frame
  bool done_ = true;  // its episode is over
};

}  // namespace arcadeq
