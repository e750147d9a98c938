#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "replay/segment.h"
#include "replay/transition.h"

namespace arcadeq {

// The last `capacity` frames of one environment and the steps between them, in segments. Frames and
// steps are numbered in order of arrival, from 0. Frames are forgotten one by one, but a segment's
// memory is kept until the last frame in it is. Memory is taken when a segment begins or is sealed,
// never in between. Not thread-safe.
class History {
 public:
  // stack in [1, kMaxStack], capacity >= stack + rule.n_step.
  History(const SegmentFormat& format, int env, int stack, std::int64_t capacity,
          const TransitionRule& rule);

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

  // The steps that transitions begin with: those whose stacks are stored whole and whose last step
  // is known. Steps are forgotten in order of arrival, so the range has no gaps. While an episode
  // lasts, the last step of its newest n_step - 1 transitions is still to come.
  StepRange transitions() const { return {first_transition_, end_transition_}; }
  struct Transition {
    std::int32_t action;
    float reward;    // r_t
    float discount;  // discount_t
    // The newest frame of s_tm1 and of s_t, and their ages; see Segment::age().
    std::int64_t frame_tm1, frame_t;
    int age_tm1, age_t;
  };
  // The one that begins with a step of transitions().
  Transition transition(std::int64_t step) const;
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
  // A step and the frame that it led to.
  struct StoredStep {
    Step step;
    std::int64_t frame;
    int age;  // of the frame, at least 1
  };
  StoredStep StepAt(const Segment& segment, std::int64_t number) const;
  StoredStep StepAt(std::int64_t number) const { return StepAt(SegmentOfStep(number), number); }
  bool HasStack(const StoredStep& step) const;  // that of the state before it
  std::int64_t FindEndTransition() const;       // end_transition_, worked out anew
  std::int64_t first_segment() const {
    return open_.number() - static_cast<std::int64_t>(segments_.size());
  }
  const Segment& SegmentOfFrame(std::int64_t frame) const;
  const Segment& SegmentOfStep(std::int64_t number) const;

  SegmentFormat format_;
  int env_;
  int stack_;
  std::int64_t capacity_;
  TransitionRule rule_;
  std::int64_t reserved_bytes_ = 16'000'000;
  std::vector<Segment> segments_;  // sealed, in order
  Segment open_;                   // the one after them, never full between two calls
  std::optional<Segment> spare_;   // forgotten, to be filled again
  FrameEncoder encoder_;
  std::int64_t end_ = 0;
  std::int64_t first_transition_ = 0;  // the first whose stacks are stored whole
  std::int64_t end_transition_ = 0;    // one past the newest whose last step is known
  std::int64_t end_step_ = 0;
  int age_ = 0;       // of the newest frame
  bool done_ = true;  // its episode is over
};

}  // namespace arcadeq
